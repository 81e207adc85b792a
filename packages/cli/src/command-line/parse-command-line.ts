import { AgentBrainError } from '@agent-brain/contract/errors';
import { nearestName } from '@agent-brain/contract/names';
import { Command, CommanderError, Option } from 'commander';
import { type CommandEntry, type CommandSpec, type GlobalOptions, globalOptions, type OptionSpec } from './command-spec.ts';

/** What the arguments ask for. */
export type Request<Loaded> =
  | {
      readonly kind: 'run';
      readonly name: string;
      readonly command: Loaded;
      readonly args: string[];
      readonly options: Record<string, unknown>;
      readonly globals: GlobalOptions;
    }
  | { readonly kind: 'help'; readonly topic: string | undefined; readonly full: boolean; readonly globals: GlobalOptions }
  | { readonly kind: 'version'; readonly globals: GlobalOptions };

/**
 * Reads the arguments; loads the module of the command that is meant, and of no other.
 * @param argv without program and script
 * @throws COMMAND_UNKNOWN, ARGUMENT_INVALID, both with a suggestion where one is near
 */
export async function parseCommandLine<Loaded extends { readonly spec: CommandSpec }>(
  argv: readonly string[],
  table: readonly CommandEntry<Loaded>[],
): Promise<Request<Loaded>> {
  const program = silent(new Command('agent-brain'));
  for (const option of globalOptions) program.addOption(toOption(option));
  program.addOption(new Option('-V, --version').hideHelp());

  let request: Request<Loaded> | undefined;
  for (const entry of table) {
    const subcommand = silent(program.command(entry.name, { hidden: entry.hidden === true }));
    subcommand.action(() => undefined);
  }
  program.hook('preSubcommand', async (_program, subcommand) => {
    const entry = table.find(({ name }) => name === subcommand.name());
    if (entry === undefined) return;
    const command = await entry.load();
    declare(subcommand, command.spec);
    subcommand.action(() => {
      const globals = readGlobals(program);
      request =
        program.opts()['help'] === true
          ? { kind: 'help', topic: entry.name, full: true, globals }
          : { kind: 'run', name: entry.name, command, args: subcommand.args, options: subcommand.opts(), globals };
    });
  });

  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code !== 'commander.help') throw asUsageError(error);
  }
  return request ?? withoutCommand(program);
}

function withoutCommand(program: Command): Request<never> {
  const globals = readGlobals(program);
  if (program.opts()['version'] === true) return { kind: 'version', globals };
  return { kind: 'help', topic: undefined, full: program.opts()['help'] === true, globals };
}

/** Help is ours (examples first), so is every word that is printed. */
const silent = (command: Command): Command =>
  command
    .helpOption(false)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined, outputError: () => undefined });

function declare(subcommand: Command, spec: CommandSpec): void {
  for (const argument of spec.arguments ?? [])
    subcommand.argument(argument.variadic === true ? `[${argument.name}...]` : `[${argument.name}]`, argument.description);
  for (const option of spec.options ?? []) subcommand.addOption(toOption(option));
}

function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  const { parse } = spec;
  const read = (text: string): unknown => {
    if (spec.choices?.includes(text) === false) {
      const near = nearestName(text, spec.choices);
      throw new AgentBrainError(
        'ARGUMENT_INVALID',
        `${option.long} is ${JSON.stringify(text)} — it takes one of ${spec.choices.join(', ')}`,
        near === undefined ? {} : { hint: `Did you mean ${near}?`, data: { suggestion: near } },
      );
    }
    return parse === undefined ? text : parse(text);
  };
  if (option.required) {
    option.argParser((text: string, previous: unknown) =>
      spec.repeatable === true ? [...((previous as unknown[] | undefined) ?? []), read(text)] : read(text),
    );
  }
  return option;
}

function readGlobals(program: Command): GlobalOptions {
  const options = program.opts();
  return {
    project: options['project'] as string | undefined,
    json: options['json'] === true,
    color: options['color'] !== false,
    pager: options['pager'] !== false,
    quiet: options['quiet'] === true,
    verbose: options['verbose'] === true,
  };
}

function asUsageError(error: CommanderError): AgentBrainError {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const near = suggestion?.replace(/^\(|\)$/g, '');
  const code = error.code === 'commander.unknownCommand' ? 'COMMAND_UNKNOWN' : 'ARGUMENT_INVALID';
  const message = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
  return new AgentBrainError(
    code,
    message,
    near === undefined ? {} : { hint: near, data: { suggestion: near.replace(/^Did you mean (?:one of )?|\?$/g, '') } },
  );
}

/** JSON and colour as far as the arguments say it, for the error of arguments that could not be read. */
export function guessGlobals(argv: readonly string[]): GlobalOptions {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  return {
    project: undefined,
    json: flags.includes('--json'),
    color: !flags.includes('--no-color'),
    pager: !flags.includes('--no-pager'),
    quiet: flags.includes('-q') || flags.includes('--quiet'),
    verbose: flags.includes('-v') || flags.includes('--verbose'),
  };
}
