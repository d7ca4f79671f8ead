import { pathToFileURL } from 'node:url';
import { printable, UsageError } from '../core/index.js';
import { fingerprinterOf, type OwnAlgorithm } from './own-algorithm.js';
import { hashesByProgram } from './plugin-program.js';
import type { AlgorithmSource, ProgramSource } from './plugin-source.js';

/**
 * Loads an algorithm from its source. The result has that `source`, so that decoding processes compute it. Raises
 * UsageError where it cannot be loaded, is invalid, or has another name.
 * @example
 * const photoDna = await loadAlgorithm({ name: 'photodna', module: '/opt/photodna/hashsieve.mjs' });
 * const scanner = createScanner({ lists, algorithms: [photoDna] });
 */
export async function loadAlgorithm(source: AlgorithmSource): Promise<OwnAlgorithm> {
  const own = 'module' in source ? await ofModule(source) : ofProgram(source);
  fingerprinterOf(own, () => false);
  return own;
}

async function ofModule(source: Extract<AlgorithmSource, { module: string }>): Promise<OwnAlgorithm> {
  const { name, module } = source;
  const refuse = (what: string) =>
    new UsageError(`plug-in ${printable(name)} (${printable(module)}) ${what}`);
  let loaded: { readonly algorithm?: unknown };
  try {
    loaded = (await import(pathToFileURL(module).href)) as typeof loaded;
  } catch (error) {
    throw refuse(`cannot be loaded: ${printable(error instanceof Error ? error.message : String(error))}`);
  }
  const given = loaded.algorithm;
  if (typeof given !== 'object' || given === null || typeof (given as OwnAlgorithm).compute !== 'function')
    throw refuse('exports no object "algorithm" with a function "compute"');
  const own = given as OwnAlgorithm;
  if (own.name !== name) throw refuse(`exports an algorithm of another name: ${printable(String(own.name))}`);
  // An object of a class has its functions on its prototype, which a copy would lose.
  return Object.assign(Object.create(own) as OwnAlgorithm, { source });
}

const ofProgram = (source: ProgramSource & { readonly name: string }): OwnAlgorithm => {
  const { name, program, bits, metric, threshold, recipe } = source;
  const hashes = hashesByProgram(program, source.searchPath);
  return {
    ...{ name, kind: 'pixels', metric, bits, threshold, recipe, source },
    compute: (bitmap) => hashes([bitmap])[0]!,
    computeMany: hashes,
  };
};
