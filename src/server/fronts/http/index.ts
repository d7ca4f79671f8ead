import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { printable } from '../../../core/index.js';
import type { Front, FrontSetup, OpenFront } from '../../types.js';
import { requestId } from '../answers.js';
import { isOfBrowser, showsToken } from './guard.js';
import { problem, problemOf } from './replies.js';
import { routes } from './routes.js';
import type { Call, Route } from './types.js';

/** HTTP: raw bodies and forms. */
export const http: Front = { name: 'http', hasToken: true, open };

async function open(setup: FrontSetup): Promise<OpenFront> {
  const { Hono } = await import('hono');
  const { createAdaptorServer } = await import('@hono/node-server');
  const busy = new Set<Socket>();
  let isRetiring = false;
  const app = new Hono<{ Bindings: HttpBindings }>({
    // Clients of HMA ask for //h/hash.
    getPath: ({ url }) => pathOf(url),
  });
  for (const route of routes) app.on(route.method, route.path, (context) => answer(route, context, setup));
  app.notFound(() => problem(404, 'no such route: GET /openapi.json lists them'));
  const { patience } = setup;
  const server = createAdaptorServer({
    fetch: app.fetch,
    serverOptions: {
      maxHeaderSize: 16_384,
      headersTimeout: Math.min(patience.idle, patience.request),
      requestTimeout: patience.request,
      keepAliveTimeout: patience.idle,
      connectionsCheckingInterval: Math.min(1000, patience.idle),
    },
  }) as Server;
  server.maxHeadersCount = 100;
  server.on('request', ({ socket }, response) => {
    busy.add(socket);
    response.once('close', () => {
      busy.delete(socket);
      if (isRetiring) socket.end();
    });
  });
  return {
    server,
    isBusy: (socket) => busy.has(socket),
    retire() {
      isRetiring = true;
      server.closeIdleConnections();
    },
  };
}

/** The path of a URL, with `//` taken as `/`. */
const pathOf = (url: string): string => new URL(url).pathname.replaceAll(/\/{2,}/g, '/');

async function answer(
  route: Route,
  context: Context<{ Bindings: HttpBindings }>,
  setup: FrontSetup,
): Promise<Response> {
  const incoming = context.env.incoming as IncomingMessage;
  const request = requestId();
  const { token, voice } = setup;
  const isTrusted = token !== undefined && showsToken(incoming, token);
  if (isOfBrowser(incoming)) return problem(403, 'this service is not for pages of a browser');
  if (token !== undefined && !isTrusted && !route.isOpen)
    return problem(401, 'show the token of --token-file', { 'www-authenticate': 'Bearer' });
  const call: Call = {
    ...{ setup, incoming, request, isTrusted },
    url: new URL(context.req.url),
    params: context.req.param() as Readonly<Record<string, string>>,
  };
  try {
    const response = await route.handle(call);
    response.headers.set('x-request-id', request);
    return response;
  } catch (error) {
    const told = problemOf(error);
    if (told) {
      voice.say(`http ${request}: ${told.status}: ${printable((error as Error).message)}`, {
        level: 'warning',
        ...{ front: 'http', request, status: told.status },
      });
      told.headers.set('x-request-id', request);
      return told;
    }
    voice.say(`http ${request}: failed, please report this: ${printable(String((error as Error).stack))}`, {
      level: 'error',
      request,
    });
    return problem(500, 'failed', { 'x-request-id': request });
  }
}
