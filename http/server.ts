import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
} from 'fastify-type-provider-zod';
import { PROBLEM_TYPE, problemOf } from '../contract/problem.ts';
import { parametersOf } from '../contract/route.ts';
import { registerAgentRoutes } from './agents.ts';
import { registerCallbackRequestRoutes } from './callback-requests.ts';
import { registerCallbackRoutes } from './callbacks.ts';
import { registerCallerRoutes } from './callers.ts';
import { registerConfigurationRoutes } from './configuration.ts';
import { registerDemoRoutes } from './demo.ts';
import type { ServerDeps } from './deps.ts';
import { registerEventRoutes } from './events.ts';
import { refusalAtTheDoor } from './guard.ts';
import { registerMetricsRoute } from './metrics.ts';
import { registerMissedCallRoutes } from './missed-calls.ts';
import { API_DESCRIPTION, registerOpenapiRoute } from './openapi.ts';
import { registerOptOutRoutes } from './opt-outs.ts';
import { registerPbxRoutes } from './pbxs.ts';
import { refusedFor } from './problems.ts';
import { registerQueueRoutes } from './queues.ts';
import { registerReportRoutes } from './reports.ts';
import { readPart } from './request-reading.ts';
import { registerRuleRoutes } from './rules.ts';
import { type Api, sendProblem } from './serve.ts';
import { registerStatusRoutes } from './status.ts';
import { registerStopRoutes } from './stops.ts';
import { registerTicketRoutes } from './tickets.ts';

/** A body holds a configuration at most, and no configuration comes near this. */
const BODY_BYTES_MAX = 1024 * 1024;
/** A client that sends this slowly does not want an answer. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP server with all its routes; it does not listen yet. `close()` lets running requests finish. */
export function buildServer(deps: ServerDeps): FastifyInstance {
  const app = fastify({
    logger: false, // Addresses may hold phone numbers; what matters is logged by refusedFor.
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false, // A kept-alive connection is served while the node drains.
    frameworkErrors: (error, request, reply) => {
      answerError(deps, error, request, reply);
    },
    clientErrorHandler: (error, socket) => {
      // The parser gave up: there is no request to answer, only a connection.
      if (!socket.writable || error.code === 'ECONNRESET') socket.destroy();
      else socket.end(rawProblem(deps, error));
    },
  });
  app.setValidatorCompiler(readPart);
  app.setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain'); // A foreign form can send text without asking; JSON it cannot.

  const api: Api = { app, routes: [] };
  addDoor(api, deps);
  addProblems(api, deps);
  app.register(swagger, {
    openapi: { openapi: '3.1.0', info: { ...API_DESCRIPTION, version: deps.version } },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.after(() => {
    registerCallbackRoutes(api, deps);
    registerCallbackRequestRoutes(api, deps);
    registerCallerRoutes(api, deps);
    registerTicketRoutes(api, deps);
    registerMissedCallRoutes(api, deps);
    registerRuleRoutes(api, deps);
    registerStopRoutes(api, deps);
    registerEventRoutes(api, deps);
    registerQueueRoutes(api, deps);
    registerAgentRoutes(api, deps);
    registerOptOutRoutes(api, deps);
    registerPbxRoutes(api, deps);
    registerConfigurationRoutes(api, deps);
    registerDemoRoutes(api, deps);
    registerReportRoutes(api, deps);
    registerStatusRoutes(api, deps);
    registerMetricsRoute(api, deps);
    registerOpenapiRoute(api);
  });
  return app;
}

function addDoor({ app }: Api, { publicUrl }: ServerDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    const { host, origin } = request.headers;
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-store');
    const refused = refusalAtTheDoor({ method: request.method, host, origin }, publicUrl);
    if (refused === null) return undefined;
    sendProblem(reply, refused);
    return reply;
  });
}

function addProblems(api: Api, deps: ServerDeps): void {
  api.app.setErrorHandler((error, request, reply) => {
    answerError(deps, error, request, reply);
  });
  api.app.setNotFoundHandler((request, reply) => {
    const methods = methodsAt(api, request.url.split('?')[0] ?? '');
    if (methods.length > 0) reply.header('allow', methods.join(', '));
    sendProblem(reply, { code: methods.length > 0 ? 'METHOD_NOT_ALLOWED' : 'ROUTE_UNKNOWN' });
  });
}

/** The methods that the address knows; none when there is nothing at it. */
function methodsAt({ routes }: Api, address: string): readonly string[] {
  return routes
    .filter(({ path }) => {
      const pattern = parametersOf(path).reduce(
        (text, name) => text.replace(`:${name}`, '[^/]+'),
        path.replaceAll('.', '\\.'),
      );
      return new RegExp(`^${pattern}$`).test(address);
    })
    .map(({ method }) => method);
}

function answerError(
  { log }: ServerDeps,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const route = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
  sendProblem(reply, refusedFor(error, route, log));
}

/** The bytes of an answer to what was no request. */
function rawProblem({ log }: ServerDeps, error: Error): string {
  const known = refusedFor(error, 'unparsed', { ...log, error: () => undefined });
  const problem = problemOf(known.code === 'UNEXPECTED' ? { code: 'REQUEST_INVALID' } : known);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status.toString()} ${problem.code}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body).toString()}`,
    'connection: close',
    '',
    body,
  ].join('\r\n');
}
