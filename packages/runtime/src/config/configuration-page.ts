import { type ConfigKey, configKeys, daemonConfigSchema, environmentName } from '@agent-brain/contract/config';
import { z } from 'zod';
import { otherVariables } from './environment-names.ts';

interface KeySchema {
  type?: string;
  enum?: unknown[];
  items?: KeySchema;
  minimum?: number;
  maximum?: number;
  maxItems?: number;
}

const keys: [string, ConfigKey][] = Object.entries(configKeys);

/** JSON schema (draft 2020-12) of `config.json`, for editors: put its path or URL into `$schema`. */
export function configJsonSchema(): Record<string, unknown> {
  const root = group('Configuration of Agent Brain', {
    $schema: { type: 'string', description: 'Where this schema is, for editors' },
  });
  for (const [name, key] of keys) {
    const steps = name.split('.');
    const last = steps.pop() ?? name;
    const holder = steps.reduce((outer, step) => {
      outer.properties[step] ??= group(`Keys of ${step}`, {});
      return outer.properties[step] as Group;
    }, root);
    holder.properties[last] = { ...jsonSchemaOf(key), description: described(key), default: key.default };
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'Agent Brain configuration', ...root };
}

/** `docs/config.schema.json`, formatted as the repository formats JSON: lists of plain values on one line. */
export function renderConfigJsonSchema(): string {
  const text = JSON.stringify(configJsonSchema(), null, 2);
  return `${text.replaceAll(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => `[${items.replaceAll(/,\n\s+/g, ', ')}]`)}\n`;
}

interface Group {
  type: 'object';
  description: string;
  additionalProperties: false;
  properties: Record<string, unknown>;
}

const group = (description: string, properties: Record<string, unknown>): Group => ({
  type: 'object',
  description,
  additionalProperties: false,
  properties,
});

function jsonSchemaOf(key: ConfigKey): KeySchema {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(key.schema);
  return schema as KeySchema;
}

function described({ description, unit, scope }: ConfigKey): string {
  const ofUser = scope.includes('project') ? '' : '. Only in the configuration of the user';
  return `${description}${unit === undefined ? '' : ` (${unit})`}${ofUser}`;
}

/** `docs/configuration.md`: every key, from the table that validates them. */
export function renderConfigurationPage(): string {
  const rows = keys.map(([name, key]) => {
    const cells = [
      `\`${name}\``,
      typeOf(jsonSchemaOf(key)),
      key.unit ?? '',
      `\`${JSON.stringify(key.default)}\``,
      key.scope.join(', '),
      `\`${environmentName(name)}\``,
      key.description,
    ];
    return row(cells);
  });
  const limits = keys.flatMap(([name, key]) => (key.isLimit === true ? [`\`${name}\``] : [])).join(', ');
  const variables = Object.entries(otherVariables).map(([name, description]) => row([`\`${name}\``, description]));
  return `# Configuration

Everything has a default; no file is needed. A value is taken from the first place that has it:

1. the command line (\`--port 4000\`), and the fields of a single request where it has them;
2. the environment (\`AGENT_BRAIN_PORT=4000\`);
3. the project: \`.claude/agent-brain/config.json\`, which may be committed;
4. the user: \`~/.agent-brain/config.json\`;
5. the default.

\`agent-brain config list --show-origin\` shows every value in force and where it comes from. \`agent-brain config set KEY VALUE\` writes the project's file, with \`--user\` the user's.

A project's file comes with a clone, and a clone is not trusted because it was cloned: keys of scope *user* in it are reported and ignored. A limit such as ${limits} can be lowered there, and only the user can raise it: a higher value is reported and ignored too. A key that does not exist, or a value of the wrong type, is an error that names file and key.

Files are JSON objects; a dot in a key stands for nesting: \`{"queue": {"max": 20}}\`. In the environment a list is JSON (\`["a","b"]\`) or its items with commas between them, and yes and no are \`true\` or \`1\` and \`false\` or \`0\`. \`config.schema.json\` beside this page describes the files to editors, by a line \`"$schema": "<path or URL of config.schema.json>"\`.

## Keys

| key | type | unit | default | scope | environment | what it is |
|---|---|---|---|---|---|---|
${rows.join('\n')}

\`chunk_overlap\` must be smaller than \`chunk_size\`; \`data_dir\` and \`log_dir\` must be absolute. A \`bind_host\` that other machines can reach is refused, because this version has no protection for it.

## Keys of the daemon

\`~/.agent-brain/shared_config.json\` is the configuration of the user daemon, which serves many projects in shared mode. It holds these keys and no others; \`agent-brain init --mode shared\` writes it. The order is the same, with this file in the place of the user's: command line, environment, \`shared_config.json\`, the user's \`config.json\` (\`bind_host\`, \`chunk_size\` and \`chunk_overlap\` only: its \`port\` is that of project instances), default. The environment is that of whoever started the daemon. A project's own \`config.json\` goes before all but the environment for the keys that it may set.

| key | type | default | environment | what it is |
|---|---|---|---|---|
${daemonRows().join('\n')}

The daemon listens on the first free port of \`port\` and the \`port_range\` − 1 ports after it. A change holds from the next start on: \`agent-brain restart --mode shared\`.

## Other variables

| variable | what it is |
|---|---|
${variables.join('\n')}

Any other variable whose name begins with \`AGENT_BRAIN_\` is set in vain: \`agent-brain config list\` and the log of the instance warn of it. The old name \`DOC_SERVE_STATE_DIR\` is still read, with a warning.
`;
}

function daemonRows(): string[] {
  const { $schema: _editors, ...shape } = daemonConfigSchema.shape;
  return Object.entries(shape).map(([name, schema]) => {
    const {
      default: fallback,
      description = '',
      ...type
    } = z.toJSONSchema(schema) as KeySchema & { default?: unknown; description?: string };
    return row([`\`${name}\``, typeOf(type), `\`${JSON.stringify(fallback)}\``, `\`${environmentName(name)}\``, description]);
  });
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;

function typeOf(schema: KeySchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items?.type ?? 'value'}s${schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`}`;
  if (schema.minimum === undefined || schema.maximum === undefined) return schema.type ?? 'value';
  return `${schema.type}, ${schema.minimum}–${schema.maximum}`;
}
