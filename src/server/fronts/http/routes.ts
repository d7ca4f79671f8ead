import { abyssRoute } from './abyss.js';
import { hashRoute, matchRoute } from './hashes.js';
import { healthRoutes } from './health.js';
import { hmaRoutes } from './hma.js';
import { mastodonRoute } from './mastodon.js';
import { piefedRoute } from './piefed.js';
import { s3EventsRoute } from './s3-events.js';
import { tusdRoute } from './tusd.js';
import type { Route } from './types.js';
import { scanRoute } from './uploads.js';

/** Every route: a platform that has a shape of its own is a file and a line. */
export const routes: readonly Route[] = [
  scanRoute,
  hashRoute,
  matchRoute,
  ...healthRoutes,
  ...hmaRoutes,
  piefedRoute,
  tusdRoute,
  s3EventsRoute,
  mastodonRoute,
  abyssRoute,
];
