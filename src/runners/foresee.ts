/** How long the first item waits to learn whether it is the only one, milliseconds: a slow source must not hold it up. */
const patience = 50;

export interface Foreseen<T> {
  /** The source, asked for one item more than was taken. */
  readonly all: AsyncIterable<T>;
  /** Settles once the first item is taken: true where the source ends after it. */
  readonly isOne: Promise<boolean>;
}

/** Tells a source of one item from a longer one, without waiting for either. */
export function foresee<T>(source: AsyncIterable<T>): Foreseen<T> {
  let decide: (isOne: boolean) => void = () => {};
  const isOne = new Promise<boolean>((resolve) => {
    decide = resolve;
  });
  async function* all(): AsyncGenerator<T> {
    const iterator = source[Symbol.asyncIterator]();
    let timer: NodeJS.Timeout | undefined;
    try {
      const first = await iterator.next();
      if (first.done) return;
      timer = setTimeout(decide, patience, false);
      const second = iterator.next();
      second.then(
        (item) => decide(item.done === true),
        () => decide(false),
      );
      yield first.value;
      for (let item = await second; !item.done; item = await iterator.next()) yield item.value;
    } finally {
      clearTimeout(timer);
      // Not awaited: a source that is stuck in a read must not hold up the end of the run.
      iterator.return?.(undefined)?.catch(() => {});
    }
  }
  return { all: all(), isOne };
}
