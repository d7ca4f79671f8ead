/** One address to take offline. */
export interface BlockTarget {
  /** Where the asset is, as its event says, without the member of an archive. */
  readonly uri: string;
  /** Its public web address, absolute and without fragment; absent where it has none. */
  readonly url?: string;
  /** Blocks its path under every query, also those that the event's address does not have. */
  readonly anyQuery?: boolean;
  /** Ids of the events that led to it. */
  readonly events: readonly string[];
}

/** Rules, and the targets without one. */
export interface BlockRules {
  /** Each rule blocks one address; equal addresses give equal rules. */
  readonly rules: readonly string[];
  /** Targets that this format cannot express, with the reason. */
  readonly left: readonly { readonly target: BlockTarget; readonly reason: string }[];
}

/** Writes rules that take addresses offline, and reads them back. Pure: applies nothing. */
export interface BlockFormat {
  /** One line for docs. */
  readonly about: string;
  /** Who opens the file where that is not root, with Debian's names of users. */
  readonly readBy?: string;
  /** Rules for the targets, in their order. Each target has a rule or is in `left`. */
  rulesFor(targets: readonly BlockTarget[]): BlockRules;
  /** The text of a file with these rules, each once. */
  write(rules: readonly string[]): string;
  /** The rules of a text that `write` made, even if someone has removed rules since. Undefined for any other text. */
  read(text: string): readonly string[] | undefined;
}
