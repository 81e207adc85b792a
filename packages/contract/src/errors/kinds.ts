/**
 * What a caller can do about an error. Behaviour (HTTP status, exit code, retry) hangs on the kind,
 * never on a single code.
 */
export const errorKinds = {
  usage: { status: 400, exitCode: 2 },
  precondition: { status: 409, exitCode: 3 },
  'not-found': { status: 404, exitCode: 4 },
  busy: { status: 503, exitCode: 5 },
  unavailable: { status: 503, exitCode: 6 },
  auth: { status: 401, exitCode: 7 },
  incompatible: { status: 500, exitCode: 8 },
  internal: { status: 500, exitCode: 1 },
} as const satisfies Record<string, { status: number; exitCode: number }>;

export type ErrorKind = keyof typeof errorKinds;
