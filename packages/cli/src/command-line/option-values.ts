import { AgentBrainError } from '@agent-brain/contract/errors';
import { globFault } from '@agent-brain/contract/globs';

/** A whole number of an option. @throws ARGUMENT_INVALID */
export const integer =
  (option: string, min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (/^-?\d+$/.test(text) && value >= min && value <= max) return value;
    throw new AgentBrainError('ARGUMENT_INVALID', `${option} is ${JSON.stringify(text)} — it takes a whole number from ${min} to ${max}`);
  };

/** A glob of an option, checked as the server checks it. @throws ARGUMENT_INVALID */
export const glob =
  (option: string) =>
  (text: string): string => {
    const fault = globFault([text]);
    if (fault === undefined) return text;
    throw new AgentBrainError('ARGUMENT_INVALID', `${option}: ${fault.message}`, { hint: fault.hint });
  };

/** Seconds, as a decimal number or with a unit (`90`, `0.5`, `2m`); the value is in seconds. @throws ARGUMENT_INVALID */
export const seconds =
  (option: string) =>
  (text: string): number => {
    const parsed = parseDuration(text);
    if (parsed !== undefined && parsed > 0 && parsed <= 86_400) return parsed;
    throw new AgentBrainError('ARGUMENT_INVALID', `${option} is ${JSON.stringify(text)} — it takes seconds, up to a day: 30, 0.5, 2m`);
  };

const unitSeconds: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([smhd]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (unitSeconds[match[2] ?? ''] ?? 1);
}

/** A moment: an age (`10m`, `2h`) or an ISO-8601 time. @throws ARGUMENT_INVALID */
export const moment =
  (option: string, now: () => Date = () => new Date()) =>
  (text: string): Date => {
    const age = /[smhd]$/.test(text) ? parseDuration(text) : undefined;
    const date = age === undefined ? new Date(/^\d{4}-\d\d-\d\d/.test(text) ? text : Number.NaN) : new Date(now().getTime() - age * 1000);
    if (!Number.isNaN(date.getTime())) return date;
    throw new AgentBrainError(
      'ARGUMENT_INVALID',
      `${option} is ${JSON.stringify(text)} — it takes an age (10m, 2h, 1d) or a time (2026-01-31T12:00:00Z)`,
    );
  };
