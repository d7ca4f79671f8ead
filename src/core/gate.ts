/** Admits work up to a total weight. */
export interface Room {
  /** Resolves when the work is admitted. Call the returned function when the work ends; further calls do nothing. */
  enter(weight: number): Promise<() => void>;
}

/** Admits work, in order of arrival, while the sum of its weights stays within a capacity. */
export class Gate implements Room {
  #free: number;
  readonly #waiting: { readonly weight: number; readonly enter: () => void }[] = [];

  /** @param capacity greater than 0; work that weighs more is admitted alone. */
  constructor(readonly capacity: number) {
    this.#free = capacity;
  }

  /** Resolves when the work is admitted. Call the returned function when the work ends; further calls do nothing. */
  async enter(weight: number): Promise<() => void> {
    const counted = Math.min(weight, this.capacity);
    if (this.#waiting.length > 0 || counted > this.#free) {
      await new Promise<void>((enter) => this.#waiting.push({ weight: counted, enter }));
    } else {
      this.#free -= counted;
    }
    let isIn = true;
    return () => {
      if (!isIn) return;
      isIn = false;
      this.#free += counted;
      for (let next = this.#waiting[0]; next && next.weight <= this.#free; next = this.#waiting[0]) {
        this.#waiting.shift();
        this.#free -= next.weight;
        next.enter();
      }
    };
  }
}
