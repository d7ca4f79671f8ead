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

/** Every route. A platform with a protocol of its own has a file in this folder and a line here. */
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
