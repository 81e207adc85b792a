import { catalogue, errorKinds } from '@agent-brain/contract/errors';
import {
  indexedFolderSchema,
  indexRequestSchema,
  indexStatsSchema,
  jobAcceptedSchema,
  jobListSchema,
  jobProgressSchema,
  jobSchema,
  jobStatusSchema,
  skipReasonSchema,
} from '@agent-brain/contract/jobs';
import { chunkSchema, queryRequestSchema, queryResponseSchema, queryResultSchema } from '@agent-brain/contract/query';
import { statusSchema } from '@agent-brain/contract/status';
import { type JsonSchema, typeOf } from './json-schema-types.ts';

interface WireType {
  readonly schema: { toJSONSchema(options?: Parameters<(typeof jobSchema)['toJSONSchema']>[0]): unknown };
  /** What callers write, or what they receive. */
  readonly io: 'input' | 'output';
}

/** The contract's types that are in the published ones, by their names in the contract. */
export const wireTypes: Readonly<Record<string, WireType>> = {
  ChunkView: { schema: chunkSchema, io: 'output' },
  IndexedFolder: { schema: indexedFolderSchema, io: 'output' },
  IndexRequestInput: { schema: indexRequestSchema, io: 'input' },
  IndexStats: { schema: indexStatsSchema, io: 'output' },
  Job: { schema: jobSchema, io: 'output' },
  JobAccepted: { schema: jobAcceptedSchema, io: 'output' },
  JobList: { schema: jobListSchema, io: 'output' },
  JobProgress: { schema: jobProgressSchema, io: 'output' },
  JobStatus: { schema: jobStatusSchema, io: 'output' },
  QueryRequestInput: { schema: queryRequestSchema, io: 'input' },
  QueryResponse: { schema: queryResponseSchema, io: 'output' },
  QueryResult: { schema: queryResultSchema, io: 'output' },
  SkipReason: { schema: skipReasonSchema, io: 'output' },
  Status: { schema: statusSchema, io: 'output' },
};

/** Declarations of {@link wireTypes} without zod, and of the error codes and kinds; by name. */
export function wireDeclarations(): Map<string, string> {
  const known = new Map<unknown, string>(Object.entries(wireTypes).map(([name, { schema }]) => [schema, name]));
  const declared = Object.entries(wireTypes).map(([name, wire]): [string, string] => {
    const type = typeOf(jsonSchemaOf(wire, known));
    return [name, type.startsWith('{') ? `interface ${name} ${type}` : `type ${name} = ${type};`];
  });
  const codes = Object.entries(catalogue).map(([code, { title }]) => `  /** ${title} */\n  | '${code}'`);
  return new Map([
    ...declared,
    ['ErrorCode', `/** docs/errors.md has them all with their hints. */\ntype ErrorCode =\n${codes.join('\n')};`],
    [
      'ErrorKind',
      `type ErrorKind = ${Object.keys(errorKinds)
        .map((kind) => `'${kind}'`)
        .join(' | ')};`,
    ],
  ]);
}

/** A schema that has a name of its own is named where another one holds it. */
const jsonSchemaOf = ({ schema, io }: WireType, known: ReadonlyMap<unknown, string>): JsonSchema =>
  schema.toJSONSchema({
    io,
    unrepresentable: 'throw',
    override({ zodSchema, jsonSchema }) {
      const inner: unknown = zodSchema;
      const name = known.get(inner);
      if (name !== undefined && inner !== schema && wireTypes[name]?.io === io) Object.assign(jsonSchema, { 'x-type': name });
    },
  }) as JsonSchema;
