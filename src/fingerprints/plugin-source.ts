import type { ByteMetric } from './metrics.js';

/** Where an algorithm comes from: plain data, so that every decoding process can load it for itself. */
export type AlgorithmSource =
  /** A module that exports an `OwnAlgorithm` as `algorithm`. */
  | { readonly name: string; readonly module: string }
  /** A program that makes the hashes, and how they are compared. */
  | (ProgramSource & { readonly name: string });

/** A program that makes hashes: it reads PPM pictures and writes a line for each (docs/plugins.md). */
export interface ProgramSource {
  /** Absolute path and arguments; it is run without a shell. */
  readonly program: readonly string[];
  readonly bits: number;
  readonly metric: 'hamming' | ByteMetric;
  readonly threshold: number;
  readonly recipe: string;
  /** `PATH` of its environment, which holds nothing else. Default: empty. */
  readonly searchPath?: string | undefined;
}
