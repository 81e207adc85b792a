import { catalogue, type CatalogueEntry, type ErrorCode, errorKinds } from '@agent-brain/contract/errors';
import { problemSchema } from '@agent-brain/contract/problem';
import { type EventStream, type Route, type RouteId, routeProse, routes, streams } from '@agent-brain/contract/routes';
import { PRODUCT_VERSION } from '@agent-brain/contract/version';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastify, { type FastifyInstance, type FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';

/** What the transport itself can answer, on every route. */
const TRANSPORT_ERRORS: readonly ErrorCode[] = [
  'REQUEST_INVALID',
  'HOST_NOT_ALLOWED',
  'ORIGIN_NOT_ALLOWED',
  'METHOD_NOT_ALLOWED',
  'SHUTTING_DOWN',
  'INTERNAL',
];
const BODY_ERRORS: readonly ErrorCode[] = ['REQUEST_TOO_LARGE', 'REQUEST_NOT_JSON', 'REQUEST_TIMEOUT'];

/**
 * An app that describes the contract's routes and serves nothing but the description: OpenAPI 3.1 at
 * `/openapi.json`, Swagger UI from this machine at `/docs`.
 *
 * @param instanceId of the instance that is described; an example names it
 */
export async function buildDocsApp(instanceId: string): Promise<FastifyInstance> {
  const app = fastify({ logger: false, routerOptions: { ignoreTrailingSlash: true } });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => JSON.stringify);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Agent Brain',
        version: PRODUCT_VERSION,
        description:
          'One instance of Agent Brain. The token is in the runtime record of the instance; errors are problem documents (RFC 9457).',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'instance', description: 'The running instance' },
        { name: 'index', description: 'What is indexed, and the jobs that do it' },
        { name: 'query', description: 'Search' },
        { name: 'projects', description: 'The projects that the instance serves' },
      ],
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', description: '`token` of the runtime record' } } },
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => withBodyExamples(jsonSchemaTransformObject(input), instanceId),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { docExpansion: 'list', displayRequestDuration: true, validatorUrl: null },
    // The bar on top offers to open descriptions of other addresses, which the page's own policy forbids.
    theme: { title: 'Agent Brain API', css: [{ filename: 'theme.css', content: '.swagger-ui .topbar { display: none }' }] },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  for (const [id, route] of Object.entries(routes)) describe(app, id as RouteId, route);
  for (const [id, stream] of Object.entries(streams)) describeStream(app, id, stream);
  describeMetrics(app);
  await app.ready();
  return app;
}

function describe(app: FastifyInstance, id: RouteId, route: Route): void {
  const schema: FastifySchema & Record<string, unknown> = {
    operationId: id,
    summary: route.summary,
    description: routeProse[id].description,
    tags: [route.tag],
    security: route.auth ? [{ bearer: [] }] : [],
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...(route.body === undefined ? {} : { body: route.body }),
    response: {
      [route.status]: { description: routeProse[id].answer, content: { 'application/json': { schema: route.response } } },
      ...errorResponses(errorsOf(route)),
    },
  };
  app.route({ method: route.method, url: route.path, schema, handler: notServedHere });
}

function describeStream(app: FastifyInstance, id: string, stream: EventStream): void {
  const schema = {
    operationId: id,
    summary: stream.summary,
    description: stream.description,
    tags: ['index'],
    security: [{ bearer: [] }],
    ...(stream.params === undefined ? {} : { params: stream.params }),
    querystring: stream.query,
    headers: z.object({ 'last-event-id': z.string().optional().describe('The id of the last event that was seen') }),
    response: {
      200: { description: 'Events, until the connection ends', content: { 'text/event-stream': { schema: eventText } } },
      ...(stream.params === undefined ? {} : { 204: z.null().describe('The job has ended, and its end was seen') }),
      ...errorResponses([...TRANSPORT_ERRORS, 'TOKEN_INVALID', ...stream.errors]),
    },
  };
  app.route({ method: stream.method, url: stream.path, schema, handler: notServedHere });
}

const eventText = z
  .string()
  .meta({ examples: ['id: 5f0c19aa-17\nevent: progress\ndata: {"id":"job_5f0c19aa3b21","status":"running", …}\n\n'] });

function describeMetrics(app: FastifyInstance): void {
  const response = {
    200: { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } },
    ...errorResponses(['TOKEN_INVALID']),
  };
  const description = 'Counters, gauges and histograms of the instance and its projects, for a Prometheus server.';
  const schema = { operationId: 'metrics', summary: 'Measurements', description, tags: ['instance'], security: [{ bearer: [] }], response };
  app.get('/metrics', { schema }, notServedHere);
}

type Described = ReturnType<typeof jsonSchemaTransformObject>;

/** What "Try it out" sends: bodies that succeed as they are. Left to itself, Swagger UI fills every optional field. */
function withBodyExamples(document: Described, instanceId: string): Described {
  const operations = Object.values(document.paths ?? {}).flatMap((item) => Object.values(item as Record<string, DescribedOperation>));
  for (const { operationId, requestBody } of operations) {
    const example = operationId === 'shutdown' ? { instance_id: instanceId } : routeProse[operationId as RouteId]?.body;
    const json = requestBody?.content?.['application/json'];
    if (json !== undefined && example !== undefined) json.example = example;
  }
  return document;
}

interface DescribedOperation {
  readonly operationId?: string;
  readonly requestBody?: { readonly content?: Record<string, { example?: unknown }> };
}

const errorsOf = (route: Route): ErrorCode[] => [
  ...TRANSPORT_ERRORS,
  ...(route.body === undefined ? [] : BODY_ERRORS),
  ...(route.auth ? (['TOKEN_INVALID'] as const) : []),
  ...route.errors,
];

/** One response per status, which names its codes and what is true then. */
function errorResponses(codes: readonly ErrorCode[]): Record<number, unknown> {
  const byStatus = Map.groupBy(new Set(codes), statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, grouped]) => [
      status,
      {
        description: grouped.map((code) => `\`${code}\`: ${catalogue[code].title}`).join('\n\n'),
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );
}

function statusOf(code: ErrorCode): number {
  const entry: CatalogueEntry = catalogue[code];
  return entry.status ?? errorKinds[entry.kind].status;
}

const notServedHere = async (): Promise<never> => {
  throw new Error('The documentation app serves no routes');
};
