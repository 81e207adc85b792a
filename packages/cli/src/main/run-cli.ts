import { AgentBrainError, asAgentBrainError } from '@agent-brain/contract/errors';
import path from 'node:path';
import type { Environment } from '@agent-brain/runtime/project';
import type { Call, Command, Outcome } from '../call/index.ts';
import { type GlobalOptions, guessGlobals, parseCommandLine, renderShortHelp, type Request } from '../command-line/index.ts';
import { commandTable } from '../commands/index.ts';
import { renderError, renderProblem, type View } from '../render/index.ts';
import { type Link, type Output, printableJson, printPaged, type Sink, Terminal } from '../terminal/index.ts';
import { Interruption } from './interruption.ts';
import { type FailedCommand, speakCommandLine } from './speak-command-line.ts';

/** The world of one call; a test gives its own. */
export interface Host {
  readonly environment: Environment;
  readonly program: string;
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdinIsTTY: boolean;
  readonly readInput: () => Promise<string>;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

/** Runs one command line. @returns the exit code; nothing is thrown */
export async function runCli(argv: readonly string[], host: Host): Promise<number> {
  let terminal = makeTerminal(guessGlobals(argv), host);
  let globals = guessGlobals(argv);
  let failed: FailedCommand | undefined;
  try {
    const request = await parseCommandLine(argv, commandTable);
    globals = request.globals;
    if (request.kind === 'run') failed = { name: request.name, spec: request.command.spec };
    terminal = makeTerminal(globals, host);
    return await fulfil(request, terminal, host);
  } catch (thrown) {
    if (thrown instanceof Interruption) return thrown.exitCode;
    const error = withCommandName(speakCommandLine(asAgentBrainError(thrown), failed), argv);
    printError(error, terminal, globals);
    return error.exitCode;
  }
}

async function fulfil(request: Request<Command>, terminal: Terminal, host: Host): Promise<number> {
  if (request.kind === 'run') {
    const call: Call = { ...host, terminal, globals: request.globals, args: request.args, options: request.options };
    return await runCommand(request.command, call);
  }
  if (request.kind === 'help' && request.topic === undefined && !request.full) {
    terminal.stdout.print(renderShortHelp(terminal.stdout.style));
    return 0;
  }
  const name = request.kind === 'version' ? 'version' : 'help';
  const args = request.kind === 'help' && request.topic !== undefined ? [request.topic] : [];
  const command = await commandTable.find((entry) => entry.name === name)?.load();
  if (command === undefined) throw new Error(`no command ${name}`);
  // `--version` is the one line that scripts read; `version` says more.
  const options = request.kind === 'version' ? { short: true } : {};
  return await runCommand(command, { ...host, terminal, globals: request.globals, args, options });
}

async function runCommand(command: Command, call: Call): Promise<number> {
  const outcome = await command.run(call);
  if (outcome !== undefined) await printOutcome(command, outcome, call);
  const code = (await outcome?.after?.()) ?? outcome?.exitCode ?? 0;
  if (call.signal.aborted && call.signal.reason instanceof Interruption) return call.signal.reason.exitCode;
  return code;
}

async function printOutcome(command: Command, outcome: Outcome<unknown>, call: Call): Promise<void> {
  const { terminal, globals, options, now, environment } = call;
  const { stdout } = terminal;
  if (globals.json) {
    stdout.print(printableJson({ schema_version: 1, data: outcome.data }, stdout.isTTY ? 2 : undefined));
    return;
  }
  const view: View = {
    style: stdout.style,
    now: now(),
    verbose: globals.verbose,
    columns: stdout.columns,
    ...linksFrom(outcome.base, stdout),
    brief: options['brief'] === true,
    ...(typeof options['context'] === 'number' ? { context: options['context'] } : {}),
  };
  const text = command.render(outcome.data, view);
  // What goes on afterwards (a server in the foreground) writes to the same screen.
  if (text !== '') await printPaged(stdout, text, { env: environment.env, refused: !globals.pager || outcome.after !== undefined });
}

const linksFrom = (base: string | undefined, output: Output): { link?: Link } =>
  base === undefined ? {} : { link: (file, line, text) => output.link(path.resolve(base, file), line, text) };

function printError(error: AgentBrainError, terminal: Terminal, globals: GlobalOptions): void {
  terminal.stderr.print(globals.json ? renderProblem(error) : renderError(error, terminal.stderr.style, globals.verbose));
}

/** The hint of the catalogue cannot name the command; this place knows it. */
function withCommandName(error: AgentBrainError, argv: readonly string[]): AgentBrainError {
  if (error.code !== 'ARGUMENT_INVALID' || !error.hint.includes('help COMMAND')) return error;
  const name = argv.find((word) => commandTable.some((entry) => entry.name === word && entry.hidden !== true));
  const hint = name === undefined ? 'See `agent-brain --help`.' : `See \`agent-brain help ${name}\`.`;
  const { message, data, errors, cause } = error;
  return new AgentBrainError(error.code, message, { hint, data, errors, cause });
}

const makeTerminal = (globals: GlobalOptions, host: Host): Terminal =>
  new Terminal({
    stdout: host.stdout,
    stderr: host.stderr,
    stdinIsTTY: host.stdinIsTTY,
    env: host.environment.env,
    colorRefused: !globals.color,
    quiet: globals.quiet,
    json: globals.json,
  });
