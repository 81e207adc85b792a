import { expect, test } from 'vitest';
import { renderDuration } from './index.ts';

test.each([
  [0.5, '0.5 seconds'],
  [1, '1 second'],
  [2, '2 seconds'],
  [60, '1 minute'],
  [90, '1 minute 30 seconds'],
  [5400, '1 hour 30 minutes'],
  [7200, '2 hours'],
  [604_800, '7 days'],
  [90_061, '1 day 1 hour'],
])('%d seconds read "%s"', (seconds, text) => {
  expect(renderDuration(seconds)).toBe(text);
});
