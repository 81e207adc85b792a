import { type CatalogueEntry, catalogue, type ErrorKind, errorKinds } from '@agent-brain/contract/errors';

const meanings: Record<ErrorKind, string> = {
  usage: "the caller's input",
  precondition: 'the right call in the wrong state',
  'not-found': 'it does not exist, or no longer',
  busy: 'held by somebody, or full; try again',
  unavailable: 'something it depends on is down, or not running',
  auth: 'not allowed',
  incompatible: 'a version or data that does not fit',
  internal: 'a bug',
};

/** `docs/errors.md`: every code a user can meet, from the catalogue the program itself uses. */
export function errorsPage(): string {
  const kinds = Object.entries(errorKinds).map(
    ([kind, { status, exitCode }]) => `| ${kind} | ${status} | ${exitCode} | ${meanings[kind as ErrorKind]} |`,
  );
  const codes = Object.entries<CatalogueEntry>(catalogue).map(
    ([code, { kind, title, hint, status }]) =>
      `| \`${code}\` | ${kind} | ${status ?? errorKinds[kind].status} | ${errorKinds[kind].exitCode} | ${title}. | ${hint} |`,
  );
  return `# Errors

Every error that a user can meet has a code, and every code belongs to a kind. Behaviour hangs on the kind: the exit code of a command, the HTTP status of an answer, whether another try is worth it. Codes say what is true and are never used again for something else.

The command line prints an error on standard error, with \`--json\` as one problem document (RFC 9457); the server answers with the same document as \`application/problem+json\`: \`type, title, status, detail, instance, code, kind\` and, where they help, \`hint, retry_after_s, errors [{pointer, message}], data\`. \`detail\` names the value that was wrong; \`instance\` is the id of the request, which is also in the log.

## Kinds

| kind | HTTP status | exit code | meaning |
|---|---:|---:|---|
${kinds.join('\n')}

A code may have an HTTP status of its own (below). Exit codes beside the table: 0 is success, also for a query that finds nothing; 78 a Node.js that is too old; 128 + n the end by signal n (130 after Ctrl-C, 143 after a termination).

## Codes

| code | kind | HTTP | exit | what is true | what to do |
|---|---|---:|---:|---|---|
${codes.join('\n')}
`;
}
