/** How long the first item waits to learn whether there is another, milliseconds: a slow source must not delay it. */
const patience = 50;

/** A source, and whether it has a single item. */
export interface ReadAhead<T> {
  /** The items of the source. It reads one item ahead of the caller. */
  readonly all: AsyncIterable<T>;
  /** Settles once the caller has taken the first item: true where the source ends after it. */
  readonly isOne: Promise<boolean>;
}

/** Finds out whether a source has a single item, without waiting long for the answer. */
export function readAhead<T>(source: AsyncIterable<T>): ReadAhead<T> {
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
      // Not awaited: a source that hangs in a read must not delay the end of the run.
      iterator.return?.(undefined)?.catch(() => {});
    }
  }
  return { all: all(), isOne };
}
