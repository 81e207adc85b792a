import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { AgentBrainError } from '@agent-brain/contract/errors';
import fastify, { type FastifyHttpOptions, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerClientError } from './client-errors.ts';
import { registerDocs } from './docs-door.ts';
import { registerFrontPage } from './front-page.ts';
import { compilersFactory } from './compilers.ts';
import { ConnectionPlaces } from './connection-places.ts';
import { takeEarlierNames } from './earlier-names.ts';
import { pathOf, sendProblem } from './error-replies.ts';
import { registerEventStreams } from './event-handlers.ts';
import { guardHost, guardOrigin, guardToken, hashToken } from './guards.ts';
import { registerIndexRoutes } from './index-handlers.ts';
import { registerInstanceRoutes } from './instance-handlers.ts';
import { knownMethods } from './known-methods.ts';
import { LineBudget } from './line-budget.ts';
import { defaultLimits, type TransportLimits } from './limits.ts';
import { registerLlmsText } from './llms-door.ts';
import { registerMcp } from './mcp-door.ts';
import { registerMetrics } from './metrics-door.ts';
import { registerProjectRoutes } from './project-handlers.ts';
import { registerQueryRoutes } from './query-handlers.ts';
import type { Service } from './service.ts';

/**
 * The HTTP door of an instance, not yet listening. Each request passes, in this order: Host, Origin,
 * whether we are stopping, token; then routing errors, body, validation, handler.
 */
export function buildApp(service: Service, limits: TransportLimits = defaultLimits): FastifyInstance {
  const strangers = new LineBudget();
  const app = fastify(serverOptions(service, limits, strangers));
  const places = new ConnectionPlaces(app.server, limits.connections, evictionReport(service));
  // An expectation that we do not know may be ignored (RFC 9110, 10.1.1); Node's own 417 would pass all guards by.
  app.server.on('checkExpectation', (request, response) => void app.server.emit('request', request, response));
  readJsonOnly(app);
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, service.log));
  app.setNotFoundHandler((request, reply) => sendProblem(notFound(request, reply), request, reply, service.log));
  addGuards(app, service, places);
  addRequestLog(app, service, places, strangers);
  takeEarlierNames(app);
  registerInstanceRoutes(app, service);
  registerIndexRoutes(app, service);
  registerEventStreams(app, service, limits);
  registerQueryRoutes(app, service);
  registerProjectRoutes(app, service);
  registerMcp(app, service, limits);
  registerMetrics(app, service);
  registerDocs(app, service);
  registerFrontPage(app);
  registerLlmsText(app);
  return app;
}

function serverOptions(service: Service, limits: TransportLimits, strangers: LineBudget): FastifyHttpOptions<Server> {
  return {
    logger: false,
    genReqId: () => randomUUID(),
    requestIdHeader: false,
    bodyLimit: limits.bodyBytes,
    routerOptions: { ignoreTrailingSlash: true },
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveMs,
    // Our own answer to requests during a stop has the form of every other error.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // The contract knows GET, POST and DELETE.
    exposeHeadRoutes: false,
    http: {
      // A missing Host header is answered by our guard (421), not by Node (400).
      requireHostHeader: false,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.timeoutCheckMs,
    },
    schemaController: { compilersFactory },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, limits, service.log, strangers),
    frameworkErrors: (error, request, reply) => answerFrameworkError(error, request, reply, service),
  };
}

/** Nothing is no JSON, but also no mistake: clients send the content type with requests that have no body. */
function readJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null);
    return parse(request, body as string, done);
  });
}

function addGuards(app: FastifyInstance, service: Service, places: ConnectionPlaces): void {
  const tokenHash = hashToken(service.token);
  app.addHook('onRequest', (request, reply, done) => {
    prepareReply(request, reply);
    guardTransport(request, service);
    if (service.isStopping() && request.routeOptions.config.open !== true) {
      reply.header('connection', 'close');
      throw new AgentBrainError('SHUTTING_DOWN', 'The request was not begun — this instance is stopping', { retryAfterS: 1 });
    }
    if (request.routeOptions.config.open !== true) {
      guardToken(request.raw, tokenHash);
      places.authenticate(request.raw.socket);
    }
    if (request.routeOptions.config.quiet !== true) service.touch();
    service.metrics.observeDiscovery(request.headers['x-agent-brain-discovery-ms']);
    done();
  });
}

/** A flood is one line in ten seconds, however fast it is. */
const EVICTION_LOG_MS = 10_000;

function evictionReport({ metrics, log }: Service): (count: number) => void {
  let unreported = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (count) => {
    metrics.connectionsEvicted += count;
    unreported += count;
    const now = performance.now();
    if (now - lastAt < EVICTION_LOG_MS) return;
    log.warn({ count: unreported }, 'closed the oldest connections without a token, because there are too many');
    [unreported, lastAt] = [0, now];
  };
}

function prepareReply(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers({ 'x-request-id': request.id, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  // A reader whose stream is refused would keep its place among the connections until it comes again.
  if (request.routeOptions.config?.stream === true) reply.header('connection', 'close');
}

function guardTransport(request: FastifyRequest, service: Service): void {
  const address = service.address() ?? { host: '127.0.0.1', port: 0 };
  guardHost(request.raw, address, service.allowedHosts);
  guardOrigin(request.raw, address, service.allowedHosts);
}

/** Errors of Fastify's router come before any hook; they pass the same guards. */
function answerFrameworkError(error: unknown, request: FastifyRequest, reply: FastifyReply, service: Service): void {
  prepareReply(request, reply);
  try {
    guardTransport(request, service);
    sendProblem(error, request, reply, service.log);
  } catch (refusal) {
    sendProblem(refusal, request, reply, service.log);
  }
}

function notFound(request: FastifyRequest, reply: FastifyReply): AgentBrainError {
  const path = pathOf(request);
  const methods = knownMethods(path);
  const isKnown = methods.length > 0 && !methods.includes(request.method);
  if (!isKnown && request.method !== 'OPTIONS') return new AgentBrainError('ROUTE_UNKNOWN', `There is nothing at ${path}`);
  reply.header('allow', methods.join(', '));
  return new AgentBrainError(
    'METHOD_NOT_ALLOWED',
    `${path} does not take ${request.method}${methods.length === 0 ? '' : `, only ${methods.join(', ')}`}`,
  );
}

function addRequestLog(app: FastifyInstance, { log }: Service, places: ConnectionPlaces, strangers: LineBudget): void {
  app.addHook('onResponse', (request, reply, done) => {
    const extra = places.isAuthenticated(request.raw.socket) || reply.statusCode < 400 ? {} : strangers.take();
    if (extra === undefined) return done();
    const line = {
      ...extra,
      request_id: request.id,
      method: request.method,
      path: pathOf(request),
      status: reply.statusCode,
      duration_ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    // Looks are asked for again and again, ten times a second by some.
    if (request.method === 'GET' && reply.statusCode < 400) log.debug(line, 'request');
    else log.info(line, 'request');
    return done();
  });
}
