import type { ByteStore } from '../../core/types.js';
import type { Span } from '../types.js';
import { bufferOf } from './spans.js';

/** Boxes that hold samples of sound and pictures: a decoder looks at all of their bytes. */
const looked = ['mdat'];
const mostBoxes = 1e5;

/**
 * Where the boxes of a file end (ISO/IEC 14496-12, 4.2), and the contents of the boxes at its top level (`records`).
 * @param accounted the names of boxes that `records` leaves out.
 */
export async function boxesOf(
  store: ByteStore,
  accounted: readonly string[] = looked,
): Promise<{ end: number; records: Span[] }> {
  const records: Span[] = [];
  let at = 0;
  for (let count = 0; at + 8 <= store.size && count < mostBoxes; count++) {
    const head = bufferOf(await store.read(at, 16));
    const name = head.toString('latin1', 4, 8);
    let size = head.readUInt32BE(0);
    if (size === 1 && head.length >= 16) size = Number(head.readBigUInt64BE(8));
    if (size === 0) size = store.size - at;
    if (size < 8 || !/^[\w ©-]{4}$/.test(name)) break;
    const end = Math.min(store.size, at + size);
    if (!accounted.includes(name)) records.push({ from: at + 8, to: end });
    at = end;
  }
  return { end: at, records };
}
