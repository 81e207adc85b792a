import { requirePlatform } from '@agent-brain/test-harness/requirements';
import { beforeEach, describe } from 'vitest';
import { InotifySource } from './inotify-source.ts';
import { describeWatchSource } from './watch-source.contract.ts';

beforeEach((context) => requirePlatform(context, 'linux'));

describe('the source of Linux', () => {
  describeWatchSource(async () => new InotifySource());
});
