import { AgentBrainError } from '@agent-brain/contract/errors';
import { globsOfPreset, presetNames } from './file-presets.ts';

type Fields = Record<string, unknown>;

/** A request as clients of the Python program send it (docs/coming-from.md), in the words of this one. */
export interface EarlierRequest {
  readonly body: unknown;
  readonly query: unknown;
  /** For the answer: what was translated, and what has no effect. */
  readonly warnings: string[];
  /** It has fields that only the Python program knows. */
  readonly hasEarlierFields: boolean;
}

/** Fields that have another name now. */
const renamed: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  query: { similarity_threshold: 'threshold', file_paths: 'path_globs' },
  index: { supported_languages: 'languages', include_patterns: 'include', exclude_patterns: 'exclude' },
};

/** Fields without a counterpart. */
const withoutEffect: Readonly<Record<string, readonly string[]>> = {
  query: ['entity_types', 'relationship_types'],
  index: ['code_chunk_strategy', 'generate_summaries', 'injector_script', 'folder_metadata_file', 'watch_debounce_seconds'],
};

/** Fields of the Python program that are translated one by one. */
const special: readonly string[] = ['include_types', 'watch_mode', 'dry_run'];

/**
 * Translates a request of the routes `query`, `index` and `indexAdd`; others stay as they are, without the parameters that
 * the Python program's client always sends. Fields of this program go before those that mean the same.
 * @param isEarlierPath the path has the `/` at its end that the Python program's client sends
 * @throws REQUEST_INVALID for what must not be passed over in silence
 */
export function translateRequest(route: string, given: { body: unknown; query: unknown }, isEarlierPath: boolean): EarlierRequest {
  const kind = route === 'indexAdd' ? 'index' : route;
  const names = renamed[kind];
  const isTranslated = names !== undefined && isObject(given.body);
  const known = names === undefined ? [] : [...Object.keys(names), ...(withoutEffect[kind] ?? []), ...(kind === 'index' ? special : [])];
  const hasEarlierFields = isTranslated && known.some((name) => name in (given.body as Fields));
  if (!hasEarlierFields && !isEarlierPath) return { ...given, warnings: [], hasEarlierFields };
  const query = withoutParameters(given.query, kind);
  if (!isTranslated) return { body: given.body, query, warnings: [], hasEarlierFields };
  const { body, warnings } = translateBody(kind, given.body as Fields, names);
  return { body, query, warnings, hasEarlierFields };
}

function translateBody(kind: string, given: Fields, names: Readonly<Record<string, string>>): { body: Fields; warnings: string[] } {
  // There, null is a field that was not set.
  const body: Fields = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const taken: string[] = [];
  const dropped: string[] = [];
  for (const [earlier, name] of Object.entries(names)) {
    if (body[earlier] === undefined) continue;
    body[name] ??= body[earlier];
    delete body[earlier];
    taken.push(`${earlier} as ${name}`);
  }
  for (const name of withoutEffect[kind] ?? []) {
    if (body[name] === undefined) continue;
    // The client sends these two with every request, whatever the person asked for.
    if (!(body[name] === false || body[name] === 'ast_aware')) dropped.push(name);
    delete body[name];
  }
  if (kind === 'index') translateIndex(body, taken, dropped);
  const warnings = [
    ...(taken.length > 0 ? [`Fields of the Python program were taken: ${taken.join(', ')}`] : []),
    ...(dropped.length > 0 ? [`Fields without effect in this program: ${dropped.join(', ')}`] : []),
  ];
  return { body, warnings };
}

function translateIndex(body: Fields, taken: string[], dropped: string[]): void {
  if (body['dry_run'] === true)
    throw new AgentBrainError('REQUEST_INVALID', 'dry_run is true — this route always indexes', {
      hint: 'POST the same body without dry_run to /index/plan, which shows what would be read.',
      errors: [{ pointer: '/dry_run', message: 'This route always indexes' }],
    });
  delete body['dry_run'];
  // In tokens there, in characters here; the configuration has the sizes that suit this program.
  for (const name of ['chunk_size', 'chunk_overlap']) {
    if (body[name] === undefined) continue;
    delete body[name];
    dropped.push(`${name} (counted in tokens there, in characters here)`);
  }
  if (body['watch_mode'] !== undefined) {
    body['watch'] ??= body['watch_mode'] === 'auto';
    delete body['watch_mode'];
    taken.push('watch_mode as watch');
  }
  const { include_types: types } = body;
  if (types === undefined) return;
  delete body['include_types'];
  body['include'] = [...(Array.isArray(body['include']) ? body['include'] : []), ...globsOfPresets(types)];
  taken.push('include_types as include');
}

function globsOfPresets(types: unknown): string[] {
  const names = Array.isArray(types) ? types : [types];
  return names.flatMap((name: unknown, at) => {
    const globs = typeof name === 'string' ? globsOfPreset(name) : undefined;
    if (globs !== undefined) return globs;
    const message = `it takes ${presetNames.join(', ')}`;
    throw new AgentBrainError('REQUEST_INVALID', `include_types has ${JSON.stringify(name)} — ${message}`, {
      errors: [{ pointer: `/include_types/${at}`, message }],
    });
  });
}

/** `force` of the query has a field of the same meaning beside it in the body; the graph is not there to be rebuilt. */
function withoutParameters(query: unknown, kind: string): unknown {
  if (!isObject(query) || kind !== 'index') return query;
  const { force: _force, rebuild_graph: _graph, ...rest } = query;
  return rest;
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
