import { describe, expect, it } from 'vitest';
import { batches } from '../../src/runs/batches.js';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of source) all.push(one);
  return all;
}

describe('batches', () => {
  it('give every item once, in order, and never more than asked for', async () => {
    async function* source() {
      for (let i = 0; i < 1000; i++) yield i;
    }
    const sizes: number[] = [];
    const all: number[] = [];
    for await (const batch of batches(source(), 64)) {
      sizes.push(batch.length);
      all.push(...batch);
      await new Promise((next) => setImmediate(next));
    }
    expect(all).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(Math.max(...sizes)).toBe(64);
  });

  it('do not wait for a slow source to fill one', async () => {
    let go = () => {};
    async function* source() {
      yield 1;
      await new Promise<void>((done) => {
        go = done;
      });
      yield 2;
    }
    const reader = batches(source(), 64);
    expect(await reader.next()).toEqual({ done: false, value: [1] });
    go();
    expect(await reader.next()).toEqual({ done: false, value: [2] });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it('take together what comes at once', async () => {
    async function* source() {
      yield* Array.from({ length: 40 }, (_, i) => i);
    }
    expect((await batches(source(), 64).next()).value).toHaveLength(40);
  });

  it('read no further ahead than a batch', async () => {
    let taken = 0;
    async function* source() {
      for (; ; taken++) yield taken;
    }
    const reader = batches(source(), 10);
    await reader.next();
    await new Promise((next) => setTimeout(next, 20));
    expect(taken).toBeLessThanOrEqual(20);
    await reader.return(undefined);
  });

  it('pass on what the source raises, after what came before', async () => {
    async function* source() {
      yield 1;
      throw new Error('broken');
    }
    const reader = batches(source(), 10);
    expect((await reader.next()).value).toEqual([1]);
    await expect(reader.next()).rejects.toThrow('broken');
    expect(await collect(batches((async function* () {})(), 3))).toEqual([]);
  });
});
