import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { carve } from './carve/carve.js';
import { memoryStore } from './store.js';
import type { Unaccounted } from './types.js';

/** Matches 128 hexadecimal digits or more; no picture has fewer. White space may stand anywhere between them. */
const rowOfDigits = /[\da-f](?:\s*[\da-f]){127,}/gi;

/**
 * Yields the pictures in a file of Rich Text Format (Microsoft, 1.9.1), which stand there as hexadecimal digits, bare
 * or within objects. The name of a member says at which byte its row of digits begins, and at which digit of the row it
 * begins itself: `at-512~4`. Raises what `Container.open` does.
 */
export async function* rtfPictures(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const bytes = await store.read(0, store.size);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  for (const { 0: row, index } of text.matchAll(rowOfDigits)) {
    budget.checkTime();
    const digits = row.replace(/\s/g, '');
    // The number of a control word may stand before them: `\pich512 ffd8`.
    for (const shift of [0, 1]) {
      const packed = Buffer.from(digits.slice(shift, digits.length - ((digits.length - shift) % 2)), 'hex');
      budget.spend(packed.length);
      for await (const { inside, span } of carve(memoryStore(packed), { from: 0, to: packed.length }, budget))
        yield { ...inside, member: `at-${index}~${2 * span.from + shift}` };
    }
  }
}

/** The whole file: binary bytes may stand between its text, behind `\bin`. */
export async function rtfRest(store: ByteStore): Promise<Unaccounted> {
  return { strays: [{ from: 0, to: store.size }] };
}
