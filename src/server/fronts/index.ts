import type { Front } from '../types.js';
import { clamd } from './clamd/index.js';
import { http } from './http/index.js';
import { icap } from './icap/index.js';

/** Every front, by the option that names where it listens. */
export const fronts = { http, clamd, icap } satisfies Record<string, Front>;
/** Name of a front. */
export type FrontName = keyof typeof fronts;
/** The routes of HTTP, for the test that compares them with docs/openapi.json. */
export { routes } from './http/routes.js';
