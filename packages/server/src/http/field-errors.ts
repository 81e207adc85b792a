import { AgentBrainError, type FieldError } from '@agent-brain/contract/errors';
import type { ZodError } from 'zod';

export type RequestPart = 'params' | 'querystring' | 'body' | 'headers';

const PART_NAMES: Readonly<Record<RequestPart, string>> = {
  params: 'path',
  querystring: 'query parameters',
  body: 'body',
  headers: 'headers',
};

/** @param door `POST /index` */
export function requestInvalid(error: ZodError, part: RequestPart, door: string): AgentBrainError {
  const errors = fieldErrors(error);
  const [first, ...others] = errors;
  const where = first === undefined || first.pointer === '' ? '' : ` at ${first.pointer}`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new AgentBrainError(
    'REQUEST_INVALID',
    `The ${PART_NAMES[part]} of ${door} ${part === 'querystring' ? 'are' : 'is'} wrong${where} — ${first?.message ?? 'no detail'}${more}`,
    {
      errors,
    },
  );
}

/** One entry per field; an unknown field is named itself, not the object that holds it. */
function fieldErrors(error: ZodError): FieldError[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: pointer([...issue.path, key]), message: 'Unknown field' }))
      : [{ pointer: pointer(issue.path), message: issue.message }],
  );
}

/** RFC 6901. */
const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
