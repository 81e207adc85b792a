import { z } from 'zod';
import { configKeyNames } from '../config/index.ts';
import { indexCheckSchema, indexPlanSchema, jobAcceptedSchema, jobListSchema, jobSchema } from '../jobs/index.ts';
import { queryResponseSchema } from '../query/index.ts';
import { statusSchema } from '../status/index.ts';

const mode = z.enum(['project', 'shared']);
const durationMs = z.number().nonnegative();

/** Where a running instance is; never with its token. */
const instanceViewSchema = z.strictObject({
  url: z.string(),
  pid: z.int().positive(),
  instance_id: z.string(),
  mode,
  version: z.string(),
  protocol_version: z.string(),
  started_at: z.iso.datetime(),
  uptime_s: z.number().nonnegative(),
});
export type InstanceView = z.infer<typeof instanceViewSchema>;

const initResultSchema = z.strictObject({
  project_root: z.string().nullable().describe('null: the user daemon alone'),
  state_dir: z.string().describe('Of the project; of the user daemon alone its home'),
  config_file: z.string().nullable(),
  created: z.boolean().describe('false: config.json was there and stays, a mode that was asked for aside'),
  mode: mode.nullable().describe('That was asked for'),
  daemon_config_file: z.string().nullable().describe('Configuration of the user daemon, when shared mode was asked for'),
  set_aside: z.array(z.string()).describe('What came with a clone and is not trusted'),
});
export type InitResult = z.infer<typeof initResultSchema>;

const startResultSchema = z.strictObject({
  started: z.boolean().describe('A process was started; false: it was running already'),
  registered: z.boolean().describe('Shared mode: the user daemon did not serve the project before'),
  replaced_version: z.string().nullable().describe('Version of the older idle instance that made room'),
  project_root: z.string().nullable().describe('null: the user daemon alone'),
  state_dir: z.string().describe('Of the project; of the user daemon alone its home'),
  log_file: z.string(),
  instance: instanceViewSchema,
  warnings: z.array(z.string()),
  duration_ms: durationMs,
});
export type StartResult = z.infer<typeof startResultSchema>;

const stopResultSchema = z.strictObject({
  was_running: z.boolean(),
  pid: z.int().positive().nullable(),
  method: z
    .enum(['none', 'request', 'signal', 'kill', 'unregister'])
    .describe('What made it end; unregister: the user daemon goes on without the project'),
  project_root: z.string().nullable().describe('null: the user daemon'),
  notes: z.array(z.string()).describe('What stays'),
  duration_ms: durationMs,
});
export type StopResult = z.infer<typeof stopResultSchema>;

const statusResultSchema = z.strictObject({
  running: z.boolean(),
  initialised: z.boolean().describe('This user has initialised or started the project here'),
  state: z.enum(['running', 'stopped', 'starting', 'unresponsive']),
  mode: mode.describe('In which it is served, or would be'),
  daemon: z
    .enum(['running', 'stopped', 'starting', 'unresponsive'])
    .nullable()
    .describe('Shared mode: the user daemon, which may run without serving this project'),
  project_root: z.string(),
  state_dir: z.string(),
  record: z.string().nullable().describe('File with the address and the token of the running instance; readable by this user alone'),
  log_file: z.string(),
  instance: instanceViewSchema.nullable(),
  index: statusSchema.nullable(),
  warnings: z.array(z.string()),
});
export type StatusResult = z.infer<typeof statusResultSchema>;

const listResultSchema = z.strictObject({
  daemon: z
    .strictObject({
      home: z.string(),
      state: z.enum(['running', 'stopped', 'starting', 'unresponsive']),
      url: z.string().nullable(),
      pid: z.int().positive().nullable(),
      version: z.string().nullable(),
      active_projects: z.int().nonnegative().nullable(),
    })
    .describe('The user daemon of this home'),
  instances: z.array(
    z.strictObject({
      name: z.string(),
      project_root: z.string().nullable().describe('null: only its storage is left, and nothing says whose it was'),
      project_id: z.string(),
      state: z.enum(['running', 'stopped', 'starting', 'unresponsive', 'gone']),
      mode,
      url: z.string().nullable(),
      pid: z.int().positive().nullable(),
      version: z.string().nullable(),
      active_projects: z.int().nonnegative().nullable(),
    }),
  ),
});
export type ListResult = z.infer<typeof listResultSchema>;

const logsResultSchema = z.strictObject({
  log_file: z.string(),
  lines: z.array(z.record(z.string(), z.unknown())),
});
export type LogsResult = z.infer<typeof logsResultSchema>;

const queryResultSchema = queryResponseSchema.extend({
  projects: z
    .array(z.strictObject({ project_id: z.string(), name: z.string(), project_root: z.string() }))
    .optional()
    .describe('The projects that were asked, where there were several'),
});
export type QueryCommandResult = z.infer<typeof queryResultSchema>;

const indexResultSchema = z.union([jobSchema, jobAcceptedSchema, indexPlanSchema, indexCheckSchema]);

const jobsResultSchema = z.union([jobListSchema, jobSchema]);

const configEntrySchema = z.strictObject({
  key: z.enum(configKeyNames as [string, ...string[]]),
  value: z.unknown(),
  origin: z.enum(['flag', 'env', 'project', 'user', 'default']),
  source: z.string().nullable().describe('File or variable that set it'),
});
const configListResultSchema = z.strictObject({
  entries: z.array(configEntrySchema),
  ignored: z.array(z.strictObject({ key: z.string(), file: z.string(), reason: z.string() })),
});
export type ConfigListResult = z.infer<typeof configListResultSchema>;
const configChangeResultSchema = z.strictObject({
  key: z.string(),
  value: z.unknown().nullable(),
  file: z.string(),
  changed: z.boolean(),
  shadowed_by: z
    .strictObject({ origin: z.enum(['flag', 'env', 'project', 'user', 'default']), source: z.string(), value: z.unknown() })
    .nullable()
    .describe('What goes before the value that was set, so that it has no effect here'),
});
export type ConfigChangeResult = z.infer<typeof configChangeResultSchema>;

/** Something on disk that a command removed, or would remove. */
const daemonServiceResultSchema = z.strictObject({
  action: z.enum(['status', 'enable', 'disable']),
  state: z.enum(['disabled', 'enabled', 'outdated', 'foreign']).describe('After the action'),
  changed: z.boolean(),
  manager: z.enum(['systemd', 'launchd']),
  file: z.string().describe('The unit, or the agent'),
  link: z.string().nullable().describe('What makes systemd start the unit at login'),
  command: z.array(z.string()),
  home: z.string(),
  text: z.string().optional().describe('With --print: what would be written'),
});
export type DaemonServiceResult = z.infer<typeof daemonServiceResultSchema>;

const registrationResultSchema = z.strictObject({
  client: z.string(),
  scope: z.enum(['user', 'project', 'local']),
  file: z.string(),
  action: z.enum(['add', 'replace', 'remove', 'none']).describe('none: the file is as it should be'),
  dry_run: z.boolean(),
  backup: z.string().nullable().describe('Copy of the file as it was'),
  diff: z.string().describe('Removed and added lines, without the lines around them'),
  snippet: z.string().describe('The entry alone, in the form of the file, for putting it in by hand'),
  warnings: z.array(z.string()),
  next: z.string(),
});
export type RegistrationResult = z.infer<typeof registrationResultSchema>;

const removalSchema = z.strictObject({ path: z.string(), what: z.string(), bytes: z.int().nonnegative().nullable() });
export type Removal = z.infer<typeof removalSchema>;
const removalResultSchema = z.strictObject({
  dry_run: z.boolean(),
  removed: z.array(removalSchema),
  kept: z.array(removalSchema),
});
export type RemovalResult = z.infer<typeof removalResultSchema>;

const uninstallResultSchema = removalResultSchema.extend({
  stopped: z
    .array(z.strictObject({ project_root: z.string().nullable().describe('null: the user daemon'), pid: z.int().positive().nullable() }))
    .describe('Instances that ran, and were stopped first; with dry_run those that would be'),
});
export type UninstallResult = z.infer<typeof uninstallResultSchema>;

const versionResultSchema = z.strictObject({
  version: z.string(),
  protocol_version: z.string(),
  node: z.string(),
  platform: z.string(),
  program: z.string(),
});
export type VersionResult = z.infer<typeof versionResultSchema>;

/** `--json` prints one of these on stdout: the form is the same for every command (docs/design/http-api.md#errors). */
export const envelopeSchema = <Data extends z.ZodType>(data: Data) => z.strictObject({ schema_version: z.literal(1), data });

/** What stands in `data`, by command. `doctor` prints its own report, which carries its version itself. */
export const commandResults = {
  init: initResultSchema,
  start: startResultSchema,
  stop: stopResultSchema,
  restart: startResultSchema,
  status: statusResultSchema,
  list: listResultSchema,
  logs: logsResultSchema,
  index: indexResultSchema,
  jobs: jobsResultSchema,
  query: queryResultSchema,
  'config list': configListResultSchema,
  'config get': configEntrySchema,
  'config set': configChangeResultSchema,
  'config unset': configChangeResultSchema,
  mcp: registrationResultSchema,
  daemon: daemonServiceResultSchema,
  gc: removalResultSchema,
  uninstall: uninstallResultSchema,
  version: versionResultSchema,
} as const satisfies Record<string, z.ZodType>;
