import { hashRoute, matchRoute } from './hashes.js';
import { healthRoutes } from './health.js';
import type { Route } from './types.js';
import { scanRoute } from './uploads.js';

/** Every route: those of platforms that have a shape of their own are a file and a line. */
export const routes: readonly Route[] = [scanRoute, hashRoute, matchRoute, ...healthRoutes];
