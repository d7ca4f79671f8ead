import type { OptionSpec, OptionTable, ValueOf } from '../config/index.js';
import type { evidenceOptions } from './evidence.js';
import { initSpecs } from './init.js';
import { limitSpecs } from './limits.js';
import { listSpecs } from './lists.js';
import { matchingSpecs } from './matching.js';
import { outputSpecs } from './outputs.js';
import type { reportOptions } from './reports.js';
import { reviewSpecs } from './review.js';
import { runSpecs } from './runs.js';
import { serveSpecs } from './serve.js';
import { sourceSpecs } from './sources.js';
import { takedownSpecs } from './takedown.js';

const options = {
  ...matchingSpecs,
  ...sourceSpecs,
  ...limitSpecs,
  ...outputSpecs,
  ...runSpecs,
  ...listSpecs,
  ...initSpecs,
  ...serveSpecs,
  ...takedownSpecs,
  ...reviewSpecs,
} as const satisfies Record<string, OptionSpec>;

type Options = typeof options & typeof reportOptions & typeof evidenceOptions;
/** Name of an option. */
export type OptionName = keyof Options;

/** Loads every option of every command. */
export async function allOptions(): Promise<OptionTable> {
  const { reportOptions } = await import('./reports.js');
  const { evidenceOptions } = await import('./evidence.js');
  return { ...options, ...reportOptions, ...evidenceOptions };
}

/**
 * Loads the options of these names, and perhaps more. The options of `report` load every authority, so a scan does
 * without them.
 */
export const optionsFor = async (names: readonly OptionName[]): Promise<OptionTable> =>
  names.every((name) => Object.hasOwn(options, name)) ? options : allOptions();

type Value<S extends OptionSpec> = ValueOf<S['kind']>;
/** Values by option name; an option with a default always has one. */
export type OptionValues = {
  readonly [K in OptionName as Options[K] extends { default: unknown } ? K : never]: Value<Options[K]>;
} & {
  readonly [K in OptionName as Options[K] extends { default: unknown } ? never : K]?:
    | Value<Options[K]>
    | undefined;
};

// Sets of options that several commands share, in the order of their help.

const namesOf = <T extends object>(specs: T) => Object.keys(specs) as (keyof T & string)[];

/** Options for reading lists. */
export const readingOptions = [
  'listFormat',
  'listAlgorithm',
  'column',
  'category',
  'categoryMap',
  'maxDownvotes',
  'strict',
] as const;
/** Options for naming and reading lists. */
export const listOptions = ['list', ...readingOptions] as const;
/** Options for the operator's own list. */
export const ownListOptions = ['ownList', 'useOwnList'] as const;
/** Options for targets and what is left out of them. */
export const sourceOptions = namesOf(sourceSpecs);
/** Options for the search inside containers. */
export const insideOptions = ['archives', 'pdf', 'text', 'thumbnails', 'video', 'maxContainerBytes'] as const;
/** Options for limits. */
export const limitOptions = ['maxBytes', 'maxPixels', 'maxFrames', 'timeout', 'jobs', 'pdqVariant'] as const;
/** Options for the ledger. */
export const ledgerOptions = ['ledger', 'useLedger', 'decisionKey', 'wait'] as const;
/** Options for runs and their monitoring. */
export const runOptions = namesOf(runSpecs);
/** Options for where uploads come from, and what becomes of them. */
export const serveOptions = namesOf(serveSpecs);
/** Options of every command. */
export const commonOptions = ['quiet', 'verbose', 'progress', 'config', 'printConfig'] as const;
