import type { ByteStore } from '../../core/types.js';
import type { Span } from '../types.js';

/** Chunks of WebP and AVI files at which a decoder looks: they hold pixels or sound. */
const looked = ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'idx1'];

/**
 * Where a RIFF file ends, and its chunks that are neither pixels nor sound (`records`). The further parts of a large
 * AVI file (OpenDML) belong to it. `end` is 0 if the store does not begin with such a file.
 * @param form the four characters of its form: `WEBP` or `AVI `.
 */
export async function riffOf(store: ByteStore, form: string): Promise<{ end: number; records: Span[] }> {
  const records: Span[] = [];
  let end = 0;
  for (;;) {
    const head = await headAt(store, end);
    const belongs = head.form === form || (end > 0 && head.form === 'AVIX');
    if (head.name !== 'RIFF' || !belongs) return { end, records };
    const [start, stop] = [end, Math.min(store.size, end + 8 + head.size + (head.size % 2))];
    for (let at = start + 12; at + 8 <= stop; ) {
      const { name, size, form: list } = await headAt(store, at);
      if (!looked.includes(name) && !(name === 'LIST' && list === 'movi'))
        records.push({ from: at + 8, to: Math.min(stop, at + 8 + size) });
      at += 8 + size + (size % 2);
    }
    end = stop;
  }
}

async function headAt(store: ByteStore, at: number) {
  const head = Buffer.alloc(12);
  head.set(await store.read(at, 12));
  return {
    name: head.toString('latin1', 0, 4),
    size: head.readUInt32LE(4),
    form: head.toString('latin1', 8, 12),
  };
}

/** Where the RIFF file of this form ends with which `all` begins, by its header; undefined if there is none. Pure. */
export function riffAt(all: Buffer, form: string): { end: number } | undefined {
  const isOne = all.toString('latin1', 0, 4) === 'RIFF' && all.toString('latin1', 8, 12) === form;
  const first = all.toString('latin1', 12, 16);
  if (!isOne || !(looked.includes(first) || first === 'LIST')) return undefined;
  const size = all.readUInt32LE(4);
  return size < 12 ? undefined : { end: Math.min(all.length, 8 + size + (size % 2)) };
}
