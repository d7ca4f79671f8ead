/** One address that is to go offline. */
export interface BlockTarget {
  /** Where the asset is, as its event has it, without the member of an archive. */
  readonly uri: string;
  /** Public web address, where there is one: absolute, without fragment. */
  readonly url?: string;
  /** Ids of the events behind it. */
  readonly events: readonly string[];
}

export interface RuleFile {
  readonly text: string;
  /** Targets that this format can't express, with the reason. */
  readonly left: readonly { readonly target: BlockTarget; readonly reason: string }[];
}

/** Writes rules that take addresses offline. Pure; applies nothing. */
export interface BlockFormat {
  /** One line for docs. */
  readonly about: string;
  /** Rules for targets in the given order; each is in the text or in `left`. */
  write(targets: readonly BlockTarget[]): RuleFile;
}
