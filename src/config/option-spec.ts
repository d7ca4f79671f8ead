import type { Kind } from './option-kinds.js';

/** One option. Flags, help, environment and configuration follow from this declaration. Its config key is its name. */
export interface OptionSpec {
  readonly flags: string;
  readonly kind: Kind;
  readonly about: string;
  readonly choices?: readonly string[];
  /** The longest duration. Needed because a timer of more than 24.8 days fires at once. */
  readonly most?: string;
  readonly default?: unknown;
  /** True for an option that holds paths: in a configuration they start from its directory. */
  readonly isPath?: true;
  /** True for an option that only concerns one call, and so is not read from environment and configuration file. */
  readonly flagOnly?: true;
}

/** Options by name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Environment variable of an option: `HASHSIEVE_MAX_BYTES`. */
export const environmentName = (option: string): string =>
  `HASHSIEVE_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
