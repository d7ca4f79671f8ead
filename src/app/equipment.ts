import { requireWebAssembly } from '../core/index.js';
import { requireSharp } from '../decoders/index.js';
import { type AlgorithmName, knownAlgorithms } from '../fingerprints/index.js';

/**
 * For commands that decode pictures, before anything is opened: raises UsageError where this machine cannot compute these
 * algorithms of any picture. Digests need nothing.
 */
export function requireEquipment(algorithms: readonly AlgorithmName[]): void {
  const known = knownAlgorithms();
  if (algorithms.every((name) => known.get(name).kind === 'bytes')) return;
  requireWebAssembly();
  requireSharp();
}
