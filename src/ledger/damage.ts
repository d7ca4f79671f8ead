/** The ledger does not hold what this program wrote: a disk, a copy or a person has changed it. */
export class Damage extends Error {
  readonly code = 'LEDGER_DAMAGED';
}

/** True for damage, whether SQLite or the ledger's own checks found it. */
export const isDamage = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return code === 'LEDGER_DAMAGED' || code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB';
};

/** Counts the damage that the program meets while it uses a ledger. */
export class DamageLog {
  #found = 0;
  /** Called with each damage: a clause that says what is damaged and what follows from it. */
  onDamage: ((what: string) => void) | undefined;

  /** How many damages were found. */
  get found(): number {
    return this.#found;
  }

  note(what: string): void {
    this.#found += 1;
    this.onDamage?.(what);
  }

  /** Returns what `step` returns. Where `step` raises damage, notes it under the name `what` and returns undefined. */
  attempt<T>(what: string | (() => string), step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.note(typeof what === 'string' ? what : what());
      return undefined;
    }
  }
}
