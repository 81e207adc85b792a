import type { FastifyServerOptions } from 'fastify';
import type { ZodType } from 'zod';
import { requestInvalid, type RequestPart } from './field-errors.ts';

interface SchemaUse {
  readonly schema: unknown;
  readonly httpPart?: string;
  readonly method: string;
  readonly url: string;
}

type Validate = (data: unknown) => { value: unknown } | { error: Error };

const compileValidator =
  ({ schema, httpPart, method, url }: SchemaUse): Validate =>
  (data) => {
    const result = (schema as ZodType).safeParse(data);
    return result.success
      ? { value: result.data }
      : { error: requestInvalid(result.error, (httpPart ?? 'body') as RequestPart, `${method} ${url}`) };
  };

type CompilersFactory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>;

/**
 * Validation by the contract's zod schemas, answers by plain JSON. Given as factories because
 * Fastify otherwise loads ajv and fast-json-stringify, 50 ms of every start. Its types know only
 * compilers of JSON schema, hence the cast.
 */
export const compilersFactory = {
  buildValidator: () => compileValidator,
  buildSerializer: () => () => JSON.stringify,
} as unknown as CompilersFactory;
