import type { ByteStore } from '../core/types.js';

/** The most bytes that the search reads of the index, the box `moov`. */
const mostIndex = 64e6;
/** The most top-level boxes that the search passes on its way to the index. */
const mostBoxes = 10_000;

/**
 * True where an ISO base media file says that a picture track is encrypted: a sample entry `encv` holds the box `sinf`
 * (ISO/IEC 14496-12, 8.12). Without the key, ffmpeg decodes such a track to noise. Raises what the store raises.
 */
export async function hasEncryptedTrack(store: ByteStore): Promise<boolean> {
  for (let at = 0, boxes = 0; at + 8 <= store.size && boxes < mostBoxes; boxes++) {
    const head = Buffer.from(await store.read(at, 16));
    const short = head.readUInt32BE(0);
    const long = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    const size = short === 0 ? store.size - at : long;
    if (size < 8) return false;
    if (head.toString('latin1', 4, 8) === 'moov')
      return holdsEntry(Buffer.from(await store.read(at, Math.min(size, mostIndex))));
    at += size;
  }
  return false;
}

/** True where the index holds a sample entry `encv` with a box `sinf` inside. */
function holdsEntry(index: Buffer): boolean {
  for (let at = index.indexOf('encv', 4, 'latin1'); at >= 0; at = index.indexOf('encv', at + 4, 'latin1')) {
    const entry = index.subarray(at, at - 4 + index.readUInt32BE(at - 4));
    if (entry.includes('sinf', 0, 'latin1')) return true;
  }
  return false;
}
