import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Gate } from '../../src/core/gate.js';
import { batches, sampleFrames } from '../../src/decoders/frames.js';

describe('sampleFrames', () => {
  it('takes all that fit, else evenly with first and last', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 64 }), (count, most) => {
        const indices = sampleFrames(count, most);
        expect(indices).toHaveLength(Math.min(count, most));
        expect(new Set(indices).size).toBe(indices.length);
        expect(indices[0]).toBe(0);
        if (most > 1) expect(indices.at(-1)).toBe(count - 1);
        const gaps = indices.slice(1).map((index, i) => index - indices[i]!);
        if (gaps.length > 0) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('batches', () => {
  it('hold each index once and span no more than allowed', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(500)), fc.integer({ min: 1, max: 50 }), (some, most) => {
        const indices = some.sort((a, b) => a - b);
        const groups = batches(indices, most);
        expect(groups.flatMap(({ wanted }) => wanted)).toEqual(indices);
        for (const { first, span, wanted } of groups) {
          expect(span).toBeLessThanOrEqual(most);
          expect([first, first + span - 1]).toEqual([wanted[0], wanted.at(-1)]);
        }
      }),
    );
  });
});

describe('Gate', () => {
  it('never lets more in than it holds, and everybody in the end, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 30 }), async (weights) => {
        const gate = new Gate(10);
        let inside = 0;
        const order: number[] = [];
        await Promise.all(
          weights.map(async (weight, i) => {
            const leave = await gate.enter(weight);
            order.push(i);
            inside += Math.min(10, weight);
            expect(inside).toBeLessThanOrEqual(10);
            await new Promise((resolve) => setImmediate(resolve));
            inside -= Math.min(10, weight);
            leave();
            leave();
          }),
        );
        expect(order).toEqual(weights.map((_, i) => i));
      }),
      { numRuns: 30 },
    );
  });
});
