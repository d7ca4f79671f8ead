/** What the ledger holds is not what this program wrote: a disk, a copy or somebody changed it. */
export class Damage extends Error {
  readonly code = 'LEDGER_DAMAGED';
}

/** True for damage, whether SQLite found it or the ledger. */
export const isDamage = (error: unknown): boolean => {
  const { code } = error as { code?: unknown };
  return code === 'LEDGER_DAMAGED' || code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB';
};

/** What was found damaged while a ledger was used. */
export class DamageLog {
  #found = 0;
  /** Told of each, in a clause: what is damaged and what follows. */
  tell: ((what: string) => void) | undefined;

  /** How much was found. */
  get found(): number {
    return this.#found;
  }

  note(what: string): void {
    this.#found += 1;
    this.tell?.(what);
  }

  /** What `step` gives; where it raises damage, that is noted as `what`, and it gives undefined. */
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
