import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapOrdered } from '../../src/runners/inline.js';

async function* from<T>(items: Iterable<T>): AsyncGenerator<T> {
  yield* items;
}
const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
/** A task of one result. */
const one = <T, R>(task: (item: T) => Promise<R>) =>
  async function* (item: T) {
    yield await task(item);
  };
const turns = async (count: number) => {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('mapOrdered', () => {
  it('gives every result once, in the order of the source, never more under way than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(5), { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (delays, concurrency) => {
          let active = 0;
          let most = 0;
          const results = mapOrdered(
            from(delays.entries()),
            one(async ([index, delay]) => {
              active += 1;
              most = Math.max(most, active);
              await turns(delay);
              active -= 1;
              return index;
            }),
            { concurrency },
          );
          expect(await collect(results)).toEqual(delays.map((_, index) => index));
          expect(most).toBeLessThanOrEqual(concurrency);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('pulls from the source no further than its window, however long the source is', async () => {
    let pulled = 0;
    async function* endless() {
      for (;;) yield pulled++;
    }
    const results = mapOrdered(
      endless(),
      one(async (item) => item),
      { concurrency: 4 },
    );
    for (let i = 0; i < 10; i++) await results.next();
    await turns(3000);
    expect(pulled).toBeLessThan(1100);
    await results.return(undefined);
  });

  it('is not held up by one slow item: the others go on behind it', async () => {
    let release = () => {};
    const slow = new Promise<void>((resolve) => {
      release = resolve;
    });
    let done = 0;
    const results = mapOrdered(
      from(Array.from({ length: 200 }, (_, i) => i)),
      one(async (item) => {
        if (item === 0) await slow;
        done += 1;
        return item;
      }),
      { concurrency: 2 },
    );
    const first = results.next();
    await turns(2000);
    expect(done).toBe(199);
    release();
    expect((await first).value).toBe(0);
  });

  it('after an abort yields what is finished and ends, though something hangs', async () => {
    const stop = new AbortController();
    const results = mapOrdered(
      from([1, 2, 3, 4]),
      one((item) => (item === 2 ? new Promise<number>(() => {}) : Promise.resolve(item))),
      { concurrency: 4, signal: stop.signal },
    );
    expect((await results.next()).value).toBe(1);
    await turns(20);
    stop.abort();
    expect(await collect(results)).toEqual([3, 4]);
  });

  it('rejects when a task throws before it has begun, behind the results of those before', async () => {
    const results = mapOrdered(
      from([1, 2, 3]),
      (item) => {
        if (item === 2) throw new TypeError('not begun');
        return from([item]);
      },
      { concurrency: 1 },
    );
    expect((await results.next()).value).toBe(1);
    await expect(results.next()).rejects.toThrow('not begun');
  });

  it('rejects when a task has a defect, and when the source has', async () => {
    const defect = mapOrdered(
      from([1]),
      one(() => Promise.reject(new TypeError('ours'))),
      { concurrency: 1 },
    );
    await expect(collect(defect)).rejects.toThrow('ours');
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('source broke');
    }
    await expect(
      collect(
        mapOrdered(
          failing(),
          one(async (x) => x),
          { concurrency: 2 },
        ),
      ),
    ).rejects.toThrow('source broke');
  });

  it('gives all results of an item in their order, and lets no item run far ahead of a slower one', async () => {
    let given = 0;
    async function* many(item: number) {
      for (let i = 0; i < 1000; i++) {
        if (item === 0) await turns(1);
        else given += 1;
        yield [item, i];
      }
    }
    const results = mapOrdered(from([0, 1]), many, { concurrency: 2 });
    const first = (await results.next()).value;
    await turns(500);
    expect(given).toBeLessThan(100);
    const rest = await collect(results);
    expect([first, ...rest]).toEqual(
      [0, 1].flatMap((item) => Array.from({ length: 1000 }, (_, i) => [item, i])),
    );
  });
});
