import type { Kind, ValueOf } from '../config/option-kinds.js';
import { limitSpecs } from './limit-options.js';
import { listSpecs } from './list-options.js';
import { matchingSpecs } from './matching-options.js';
import { outputSpecs } from './output-options.js';
import type { reportOptions } from './report-options.js';
import { runSpecs } from './run-options.js';
import { sourceSpecs } from './source-options.js';

/** One option, declared once (house rule R8): its config key is its name here. */
export interface OptionSpec {
  readonly flags: string;
  readonly kind: Kind;
  readonly about: string;
  readonly choices?: readonly string[];
  /** The longest duration: a timer that is set to more than 24.8 days ends at once. */
  readonly most?: string;
  readonly default?: unknown;
  /** It names files: in a configuration they start from its directory. */
  readonly isPath?: true;
  /** Not to be had from the environment or the config file: it belongs to one call. */
  readonly flagOnly?: true;
}

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

/** Specs by option name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

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

/** Environment variable of an option: `HASHSIEVE_MAX_BYTES`. */
export const environmentName = (option: string): string =>
  `HASHSIEVE_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

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
export const insideOptions = ['archives', 'pdf', 'thumbnails', 'video', 'maxContainerBytes'] as const;
export const limitOptions = ['maxBytes', 'maxPixels', 'maxFrames', 'timeout', 'jobs', 'pdqVariant'] as const;
export const ledgerOptions = ['ledger', 'useLedger', 'wait'] as const;
export const runOptions = namesOf(runSpecs);
export const commonOptions = ['quiet', 'verbose', 'progress', 'config', 'printConfig'] as const;
