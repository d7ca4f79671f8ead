import { fingerprintLine, requireWebAssembly } from '../core/index.js';
import { serve } from '../runners/index.js';
import { loadAlgorithm, loadDecoder, type WorkerSetup, wirePorts } from './scanner.js';

// The entry of a decoding process, which pool.ts starts.
serve(async (setup, room) => {
  const { sources, ...options } = setup as WorkerSetup;
  const plugins = await Promise.all(sources.map(loadAlgorithm));
  const ports = wirePorts({ ...options, plugins }, room);
  if (ports.wantsPixels) {
    // Done before the first asset, so that no asset gets the blame for a machine that cannot decode.
    requireWebAssembly();
    loadDecoder();
  }
  return ({ ref, asset, known, again }) =>
    fingerprintLine(ref, asset ? { ...ports, fetch: async () => asset } : ports, undefined, known, again);
});
