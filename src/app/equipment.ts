import { requireWebAssembly } from '../core/index.js';
import { requireSharp } from '../decoders/index.js';
import { type AlgorithmName, knownAlgorithms } from '../fingerprints/index.js';

/**
 * Raises UsageError where this machine cannot compute these algorithms for any picture. Commands that decode pictures
 * call it before they open anything. Digests need no check.
 */
export function requireEquipment(algorithms: readonly AlgorithmName[]): void {
  const known = knownAlgorithms();
  if (algorithms.every((name) => known.get(name).kind === 'bytes')) return;
  requireWebAssembly();
  requireSharp();
}
