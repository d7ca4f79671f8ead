import { fingerprintLine, requireWebAssembly } from '../core/index.js';
import { serve } from '../runners/index.js';
import { type FingerprintOptions, loadDecoder, wirePorts } from './scanner.js';

// Entry of a decoding process: pool.ts starts it.
serve((setup, room) => {
  const ports = wirePorts(setup as FingerprintOptions, room);
  if (ports.wantsPixels) {
    // Before the first asset, so that none is blamed for a machine that cannot decode.
    requireWebAssembly();
    loadDecoder();
  }
  return ({ ref, asset, known, again }) =>
    fingerprintLine(ref, asset ? { ...ports, fetch: async () => asset } : ports, undefined, known, again);
});
