import type { ByteStore } from '../core/types.js';

/**
 * The place of the first volume descriptor of a disc (ECMA-119, 6.2.1), bytes of each, and how many are read at most.
 */
const firstDescriptor = 32_768;
const descriptorLength = 2048;
const mostDescriptors = 32;

/** The type of the descriptor of a second directory. Three characters within it say that the directory is Joliet's. */
const supplementary = 2;
const jolietMark = { at: 88, length: 3 };

/** One way to read a disc. */
export interface Reading {
  /** The name of the format, as 7-Zip has it: `Udf` or `Iso`. */
  readonly format: string;
  /** The bytes of the disc, perhaps without the marks of Joliet. */
  readonly store: ByteStore;
}

/**
 * Every way to read a disc. A disc may have several directories, each with files that the others lack, and no system
 * shows them all: UDF, Joliet (which 7-Zip prefers in ISO 9660), and plain ISO 9660.
 * @param format the format that the beginning of the file shows, by 7-Zip's name.
 */
export async function readingsOf(format: string, store: ByteStore): Promise<Reading[]> {
  const readings: Reading[] = format === 'Udf' ? [{ format, store }] : [];
  const places: number[] = [];
  let isIso = false;
  for (let n = 0; n < mostDescriptors; n++) {
    const at = firstDescriptor + n * descriptorLength;
    const head = Buffer.from(await store.read(at, 6));
    if (head.toString('latin1', 1, 6) !== 'CD001') break;
    isIso ||= head[0] === 1;
    if (head[0] === supplementary) places.push(at + jolietMark.at);
  }
  if (isIso || readings.length === 0) readings.push({ format: 'Iso', store });
  if (isIso && places.length > 0) readings.push({ format: 'Iso', store: without(store, places) });
  return readings;
}

/** The same bytes with zeros in place of the Joliet marks: 7-Zip then uses the plain directory. */
const without = (store: ByteStore, places: readonly number[]): ByteStore => ({
  ...store,
  async read(position, length) {
    const bytes = Buffer.from(await store.read(position, length));
    for (const place of places) {
      const from = Math.max(0, place - position);
      const to = place + jolietMark.length - position;
      if (to > 0 && from < bytes.length) bytes.fill(0, from, Math.min(to, bytes.length));
    }
    return bytes;
  },
});
