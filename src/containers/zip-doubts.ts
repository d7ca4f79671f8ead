/** Where what a zip file says of itself and what it holds disagree. */
export interface Doubts {
  /** Notes one; `what` says where, and nothing that the file could have written itself. */
  note(what: string): void;
  /** The first one, and how many others there are; undefined where there is none. */
  message(): string | undefined;
}

/** Starts with no doubt. */
export function createDoubts(): Doubts {
  let first: string | undefined;
  let others = 0;
  return {
    note(what) {
      if (first === undefined) first = what;
      else others += 1;
    },
    message: () => (others > 0 ? `${first} (and ${others} more such faults)` : first),
  };
}
