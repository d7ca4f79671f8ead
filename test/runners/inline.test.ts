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
            async ([index, delay]) => {
              active += 1;
              most = Math.max(most, active);
              await turns(delay);
              active -= 1;
              return index;
            },
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
    const results = mapOrdered(endless(), async (item) => item, { concurrency: 4 });
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
      async (item) => {
        if (item === 0) await slow;
        done += 1;
        return item;
      },
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
      (item) => (item === 2 ? new Promise<number>(() => {}) : Promise.resolve(item)),
      { concurrency: 4, signal: stop.signal },
    );
    expect((await results.next()).value).toBe(1);
    await turns(20);
    stop.abort();
    expect(await collect(results)).toEqual([3, 4]);
  });

  it('rejects when a task has a defect, and when the source has', async () => {
    const defect = mapOrdered(from([1]), () => Promise.reject(new TypeError('ours')), { concurrency: 1 });
    await expect(collect(defect)).rejects.toThrow('ours');
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('source broke');
    }
    await expect(collect(mapOrdered(failing(), async (x) => x, { concurrency: 2 }))).rejects.toThrow(
      'source broke',
    );
  });
});
