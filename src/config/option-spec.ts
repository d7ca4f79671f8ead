import type { Kind } from './option-kinds.js';

/** One option, declared once: flags, help, environment and configuration follow from it. Its config key is its name. */
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

/** Specs by option name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Environment variable of an option: `HASHSIEVE_MAX_BYTES`. */
export const environmentName = (option: string): string =>
  `HASHSIEVE_${option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
