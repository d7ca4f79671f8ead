/** Somewhere that work of a weight can be let in. */
export interface Room {
  /** Resolves when there is room; call the answer, once or more, to make room again. */
  enter(weight: number): Promise<() => void>;
}

/** Lets work through while the sum of its weights stays within a capacity, in order of arrival. */
export class Gate implements Room {
  #free: number;
  readonly #waiting: { readonly weight: number; readonly enter: () => void }[] = [];

  /** @param capacity greater than 0; work that weighs more goes alone. */
  constructor(readonly capacity: number) {
    this.#free = capacity;
  }

  /** Resolves when there is room; call the answer, once or more, to make room again. */
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
