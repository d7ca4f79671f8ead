import { requireWebAssembly } from '../core/index.js';
import { requireSharp } from '../decoders/index.js';
import { type AlgorithmName, knownAlgorithms, type OwnAlgorithm } from '../fingerprints/index.js';

/**
 * Raises UsageError where this machine cannot compute these algorithms for any picture. Commands that decode pictures
 * call it before they open anything. Digests need no check.
 */
export function requireEquipment(
  algorithms: readonly AlgorithmName[],
  plugins: readonly OwnAlgorithm[] = [],
): void {
  const known = knownAlgorithms([], { plugins });
  if (algorithms.every((name) => known.get(name).kind === 'bytes')) return;
  requireWebAssembly();
  requireSharp();
}
