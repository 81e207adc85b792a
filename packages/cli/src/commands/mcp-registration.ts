import fs from 'node:fs';
import path from 'node:path';
import type { RegistrationResult } from '@agent-brain/contract/commands';
import { AgentBrainError } from '@agent-brain/contract/errors';
import { homePaths } from '@agent-brain/runtime/project';
import { type Call, locate } from '../call/index.ts';
import type { OptionSpec } from '../command-line/index.ts';
import {
  type AgentClient,
  agentClients,
  applyRegistration,
  type ClientPlace,
  describeChange,
  findLaunchCommand,
  isPassing,
  type LaunchCommand,
  planInstall,
  planUninstall,
  type RegistrationPlan,
  type Scope,
  snippetOf,
} from '../registration/index.ts';
import type { View } from '../render/index.ts';
import { confirm, printableLine, printableText } from '../terminal/index.ts';

export const registrationOptions: readonly OptionSpec[] = [
  {
    flags: '--scope <scope>',
    description: 'For install and uninstall: user (all your projects), project (a file to commit) or local (Claude Code: you, here)',
    choices: ['user', 'project', 'local'],
  },
  { flags: '--print', description: 'Print the entry to put in by hand, and change nothing' },
  { flags: '-n, --dry-run', description: 'Show the change and make none' },
  { flags: '-y, --yes', description: 'Do not ask' },
];

export const clientNames: readonly string[] = agentClients.map(({ name }) => name);

interface Target {
  readonly client: AgentClient;
  readonly scope: Scope;
  readonly place: ClientPlace;
}

/** `mcp install CLIENT`. @throws ARGUMENT_INVALID, AGENT_COMMAND_UNUSABLE, AGENT_CONFIG_INVALID, AGENT_CONFIG_CHANGED, CONFIRMATION_REQUIRED */
export async function install(call: Call, name: string | undefined): Promise<RegistrationResult | undefined> {
  const target = await readTarget(call, name);
  const { command, warnings: found } = await findLaunchCommand({
    isCommitted: target.scope === 'project',
    folderVariable: target.client.folderVariable,
    program: call.program,
    node: process.execPath,
    env: call.environment.env,
  });
  const snippet = snippetOf(target.client, target.scope, target.place, command);
  const warnings = [...found, ...warningsOf(command)];
  if (call.options['print'] === true) {
    const file = target.client.file(target.scope, target.place);
    return { ...resultOf({ ...target, file, action: 'none' }, ''), snippet, warnings, dry_run: true, next: `Put it into ${file}.` };
  }
  const plan = await planInstall(target.client, target.scope, target.place, command);
  const done = await carryOut(plan, call);
  return done === undefined ? undefined : { ...done, snippet, warnings };
}

/** `mcp uninstall CLIENT`. @throws as {@link install} */
export async function uninstall(call: Call, name: string | undefined): Promise<RegistrationResult | undefined> {
  const { client, scope, place } = await readTarget(call, name);
  return await carryOut(await planUninstall(client, scope, place), call);
}

async function readTarget(call: Call, name: string | undefined): Promise<Target> {
  const hint = `Name one of ${clientNames.join(', ')}.`;
  if (name === undefined) throw new AgentBrainError('ARGUMENT_INVALID', 'No client is named', { hint });
  const client = agentClients.find((candidate) => candidate.name === name);
  if (client === undefined) throw new AgentBrainError('ARGUMENT_INVALID', `There is no client ${JSON.stringify(name)}`, { hint });
  const [usual = 'user'] = client.scopes;
  const scope = (call.options['scope'] as Scope | undefined) ?? usual;
  if (!client.scopes.includes(scope)) {
    throw new AgentBrainError('ARGUMENT_INVALID', `--scope is "${scope}" — ${client.title} takes ${client.scopes.join(', ')}`);
  }
  // Outside of a project a registration for the user still makes sense.
  const projectRoot = scope === 'user' ? '' : (await locate(call)).root;
  const existing = (files: readonly [string, ...string[]]): string => files.find((file) => fs.existsSync(file)) ?? files[0];
  return { client, scope, place: { environment: call.environment, projectRoot, existing } };
}

const warningsOf = ({ args: [program = ''] }: LaunchCommand): string[] =>
  isPassing(program) ? [`${program} lies in the cache of npx and may go away: install agent-brain globally and repeat this`] : [];

const resultOf = (plan: Pick<RegistrationPlan, 'client' | 'scope' | 'file' | 'action'>, diff: string): RegistrationResult => ({
  client: plan.client.name,
  scope: plan.scope,
  file: plan.file,
  action: plan.action,
  dry_run: false,
  backup: null,
  diff,
  snippet: '',
  warnings: [],
  next: plan.action === 'remove' ? '' : plan.client.next,
});

async function carryOut(plan: RegistrationPlan, call: Call): Promise<RegistrationResult | undefined> {
  const { terminal, options, environment } = call;
  const result = resultOf(plan, describeChange(plan));
  if (plan.action === 'none') return result;
  if (options['dryRun'] === true) return { ...result, dry_run: true };
  if (terminal.interactive && options['yes'] !== true) terminal.stderr.print(renderDiff(result.diff, { style: terminal.stderr.style }));
  const verb = plan.action === 'remove' ? 'Take agent-brain out of' : 'Register agent-brain in';
  if (!(await confirm(terminal, `${verb} ${printableLine(plan.file)}?`, options['yes'] === true))) {
    terminal.note('Nothing was changed.');
    return undefined;
  }
  const backupDirectory = path.join(homePaths(environment).home, 'backups');
  return { ...result, backup: await applyRegistration(plan, { backupDirectory, uid: environment.uid, now: call.now() }) };
}

const verbs = { add: 'Registered', replace: 'Registered anew', remove: 'Removed', none: '' } as const;
const futures = { add: 'Would register', replace: 'Would register anew', remove: 'Would remove', none: '' } as const;

export function renderRegistration(result: RegistrationResult, view: View): string {
  const where = `${result.client} (${result.scope}): ${printableLine(result.file)}`;
  const warnings = result.warnings.map((warning) => `${view.style('yellow', '!')} ${printableLine(warning)}`);
  if (result.action === 'none' && result.dry_run) return [printableText(result.snippet), ...warnings].join('\n');
  if (result.action === 'none') return [`Nothing to do in ${where}`, ...warnings].join('\n');
  if (result.dry_run) return [`${futures[result.action]} in ${where}`, renderDiff(result.diff, view), ...warnings].join('\n');
  const lines = [`${view.style('green', '✔')} ${verbs[result.action]} in ${where}`];
  if (result.backup !== null) lines.push(`  The file as it was: ${printableLine(result.backup)}`);
  if (result.next !== '') lines.push(`  ${result.next}`);
  return [...lines, ...warnings].join('\n');
}

const renderDiff = (diff: string, { style }: Pick<View, 'style'>): string =>
  printableText(diff)
    .split('\n')
    .map((line) => (line.startsWith('+') ? style('green', line) : line.startsWith('-') ? style('red', line) : style('dim', line)))
    .join('\n');
