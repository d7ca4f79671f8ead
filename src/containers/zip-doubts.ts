/** Collects the places where a zip file contradicts itself: where its records do not fit what it holds. */
export interface Doubts {
  /** Notes a contradiction. `what` says where it is, and must hold no text that comes from the file. */
  note(what: string): void;
  /** The first contradiction, and how many others there are; undefined if there is none. */
  message(): string | undefined;
}

/** Makes an empty collection. */
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
