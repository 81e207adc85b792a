import { AgentBrainError, type ErrorCode, type FieldError } from '@agent-brain/contract/errors';
import type { CommandSpec } from '../command-line/index.ts';

/** The command that failed, as far as its errors name parts of it. */
export interface FailedCommand {
  readonly name: string;
  readonly spec: Pick<CommandSpec, 'arguments' | 'options'>;
}

/** `POST /index`, `GET /index/jobs/job_1?limit=2`. */
const route = /\b(?:GET|POST|DELETE|PUT|PATCH) \/[^\s,;)`]*/g;

/** Fields of requests whose option has another name. */
const optionOf: Readonly<Record<string, string>> = {
  path_globs: '--path',
  languages: '--language',
  source_types: '--type',
  context_lines: '--context',
  project_ids: '--projects',
  include_code: '--no-code',
  recursive: '--no-recursive',
};
/** Fields that are given without the name of an option. */
const argumentFields: readonly string[] = ['query', 'folder_path', 'project_root', 'id'];

/** Advice for people who use the HTTP API, in words of the command line. */
const hints: Partial<Record<ErrorCode, string>> = {
  ROUTE_UNKNOWN: 'The running instance is of another version than this program. Run `agent-brain restart`.',
  METHOD_NOT_ALLOWED: 'The running instance is of another version than this program. Run `agent-brain restart`.',
  FOLDER_NOT_INDEXED: 'Run `agent-brain status` to see the indexed folders.',
  STREAMS_EXHAUSTED: 'Close other commands that follow jobs, or look with `agent-brain jobs`.',
};

/** An error of the HTTP API in words of the command line: options instead of fields, and no routes. */
export function speakCommandLine(error: AgentBrainError, command: FailedCommand | undefined): AgentBrainError {
  const isForm = error.code === 'REQUEST_INVALID' && error.errors !== undefined && error.errors.length > 0;
  const message = isForm ? error.errors.map((field) => describeField(field, command)).join('; ') : withoutRoutes(error.message);
  const hint = hints[error.code] ?? (error.code === 'REQUEST_INVALID' ? helpHint(command) : withoutRoutes(error.hint));
  if (message === error.message && hint === error.hint) return error;
  const { retryAfterS, errors, data } = error;
  return new AgentBrainError(error.code, message, { hint, retryAfterS, errors, data, cause: error });
}

const withoutRoutes = (text: string): string => text.replaceAll(route, 'the request');

const helpHint = (command: FailedCommand | undefined): string =>
  `Run \`agent-brain help${command === undefined ? '' : ` ${command.name}`}\` to see what it takes.`;

function describeField({ pointer, message }: FieldError, command: FailedCommand | undefined): string {
  const [, field = '', position] = pointer.split('/');
  const place = position !== undefined && /^\d+$/.test(position) ? ` (number ${Number(position) + 1})` : '';
  return `${nameOf(field, command)}${place} is wrong — ${withoutRoutes(message)}`;
}

function nameOf(field: string, command: FailedCommand | undefined): string {
  const flag = optionOf[field] ?? `--${field.replaceAll('_', '-')}`;
  if (command?.spec.options?.some(({ flags }) => flags.split(/[ ,]+/).includes(flag)) === true) return flag;
  const [argument] = command?.spec.arguments ?? [];
  if (argument !== undefined && argumentFields.includes(field)) return `The argument "${argument.name}"`;
  return field === '' ? 'The request' : `The value of ${JSON.stringify(field)}`;
}
