import { fingerprintLine } from '../core/scan.js';
import { type FingerprintOptions, wirePorts } from '../scanner.js';
import { serve } from './serve.js';

// Entry of a decoding process: pool.ts starts it.
serve((setup, room) => {
  const ports = wirePorts(setup as FingerprintOptions, room);
  return ({ ref, asset, known, again }) =>
    fingerprintLine(ref, asset ? { ...ports, fetch: async () => asset } : ports, undefined, known, again);
});
