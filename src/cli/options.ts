import type { OptionSpec, OptionTable, ValueOf } from '../config/index.js';
import { limitSpecs } from './limit-options.js';
import { listSpecs } from './list-options.js';
import { matchingSpecs } from './matching-options.js';
import { outputSpecs } from './output-options.js';
import type { reportOptions } from './report-options.js';
import { runSpecs } from './run-options.js';
import { sourceSpecs } from './source-options.js';

const options = {
  ...matchingSpecs,
  ...sourceSpecs,
  ...limitSpecs,
  ...outputSpecs,
  ...runSpecs,
  ...listSpecs,
} as const satisfies Record<string, OptionSpec>;

type Options = typeof options & typeof reportOptions;
export type OptionName = keyof Options;

/** Every option of every command. */
export async function allOptions(): Promise<OptionTable> {
  const { reportOptions } = await import('./report-options.js');
  return { ...options, ...reportOptions };
}

/** The options of these names, and others: those of `report` load every authority, so a scan goes without them. */
export const optionsFor = async (names: readonly OptionName[]): Promise<OptionTable> =>
  names.every((name) => Object.hasOwn(options, name)) ? options : allOptions();

type Value<S extends OptionSpec> = ValueOf<S['kind']>;
/** Values by option name; those with a default are always there. */
export type OptionValues = {
  readonly [K in OptionName as Options[K] extends { default: unknown } ? K : never]: Value<Options[K]>;
} & {
  readonly [K in OptionName as Options[K] extends { default: unknown } ? never : K]?:
    | Value<Options[K]>
    | undefined;
};

// Sets of options that several commands share, in the order of their help.

const namesOf = <T extends object>(specs: T) => Object.keys(specs) as (keyof T & string)[];

/** How lists are read. */
export const readingOptions = [
  'listFormat',
  'listAlgorithm',
  'column',
  'category',
  'categoryMap',
  'maxDownvotes',
  'strict',
] as const;
export const listOptions = ['list', ...readingOptions] as const;
export const sourceOptions = namesOf(sourceSpecs);
/** What is looked into. */
export const insideOptions = ['archives', 'pdf', 'text', 'thumbnails', 'video', 'maxContainerBytes'] as const;
export const limitOptions = ['maxBytes', 'maxPixels', 'maxFrames', 'timeout', 'jobs', 'pdqVariant'] as const;
export const ledgerOptions = ['ledger', 'useLedger', 'wait'] as const;
export const runOptions = namesOf(runSpecs);
export const commonOptions = ['quiet', 'verbose', 'progress', 'config', 'printConfig'] as const;
