export { refusalOf, refusalOfOwn, systemLookup } from './address-guard.js';
export { startDeadline, unlessAborted } from './deadline.js';
export { HostGates } from './host-gate.js';
export { type Body, type HttpClient, type HttpOptions, httpClient } from './http-client.js';
export {
  followRedirects,
  type HttpEngine,
  httpEngine,
  locationOf,
  retryAfter,
  retrying,
} from './http-engine.js';
export { HttpFailure } from './http-failure.js';
export { openS3, type S3Options, s3ClientVersion, s3Missing } from './s3-client.js';
