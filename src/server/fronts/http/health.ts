import { readFile } from 'node:fs/promises';
import { commonHeaders, reply } from './replies.js';
import type { Route } from './types.js';

/** `GET /healthz`: the process answers. */
const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  isOpen: true,
  handle: () => reply(200, { status: 'ok' }),
};

/** `GET /readyz`: uploads can be scanned and matches noted; otherwise 503 with the reasons. */
const readyz: Route = {
  method: 'GET',
  path: '/readyz',
  isOpen: true,
  async handle({ setup }) {
    const reasons = await setup.uploads.shortcomings();
    return reply(reasons.length === 0 ? 200 : 503, {
      status: reasons.length === 0 ? 'ready' : 'not ready',
      ...(reasons.length === 0 ? {} : { reasons }),
    });
  },
};

/** `GET /metrics`: counts in the text format of Prometheus. */
const metrics: Route = {
  method: 'GET',
  path: '/metrics',
  handle: ({ setup }) =>
    new Response(setup.uploads.metrics(), {
      headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...commonHeaders },
    }),
};

/** `GET /openapi.json`: the description of all routes. */
const openapi: Route = {
  method: 'GET',
  path: '/openapi.json',
  isOpen: true,
  handle: async () =>
    new Response(await readFile(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'), {
      headers: { 'content-type': 'application/json', ...commonHeaders },
    }),
};

/** The routes that monitoring asks. */
export const healthRoutes: readonly Route[] = [healthz, readyz, metrics, openapi];
