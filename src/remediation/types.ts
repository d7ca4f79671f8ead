/** One address that is to go offline. */
export interface BlockTarget {
  /** Where the asset is, as its event has it, without the member of an archive. */
  readonly uri: string;
  /** Public web address, where there is one: absolute, without fragment. */
  readonly url?: string;
  /** Ids of the events behind it. */
  readonly events: readonly string[];
}

export interface BlockRules {
  /** Each blocks one address; the same address gives the same text. */
  readonly rules: readonly string[];
  /** Targets that this format can't express, with the reason. */
  readonly left: readonly { readonly target: BlockTarget; readonly reason: string }[];
}

/** Writes rules that take addresses offline, and reads them again. Pure; applies nothing. */
export interface BlockFormat {
  /** One line for docs. */
  readonly about: string;
  /** Rules for targets in the given order; each has one, or is in `left`. */
  rulesFor(targets: readonly BlockTarget[]): BlockRules;
  /** The text of a file with these rules, none of them twice. */
  write(rules: readonly string[]): string;
  /** The rules of a text that `write` made, also where somebody took rules out; undefined for any other text. */
  read(text: string): readonly string[] | undefined;
}
