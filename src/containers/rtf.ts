import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { carve } from './carve/carve.js';
import { memoryStore } from './store.js';
import type { Unaccounted } from './types.js';

/** A row of as many hexadecimal digits as a picture has at least; white space may stand anywhere between them. */
const rowOfDigits = /[\da-f](?:\s*[\da-f]){127,}/gi;

/**
 * Rich Text Format (Microsoft, 1.9.1): pictures stand in it as hexadecimal digits, bare or within objects. What begins in one row
 * of digits is a member that is named by the byte where these begin, and by its own place where that is not the first.
 */
export async function* rtfPictures(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const bytes = await store.read(0, store.size);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  for (const { 0: row, index } of text.matchAll(rowOfDigits)) {
    budget.checkTime();
    const digits = row.replace(/\s/g, '');
    const packed = Buffer.from(digits.slice(0, digits.length & ~1), 'hex');
    budget.spend(packed.length);
    for await (const { inside, span } of carve(memoryStore(packed), { from: 0, to: packed.length }, budget))
      yield { ...inside, member: `at-${index}${span.from === 0 ? '' : `~${span.from}`}` };
  }
}

/** Binary bytes stand between the text, behind `\bin`. */
export async function rtfRest(store: ByteStore): Promise<Unaccounted> {
  return { strays: [{ from: 0, to: store.size }] };
}
