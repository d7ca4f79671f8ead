import type { Span } from '../types.js';

const signature = '\x89PNG\r\n\x1a\n';
/** Chunks that hold only colours or sizes. */
const known = ['PLTE', 'tRNS', 'IHDR'];

/**
 * Where the PNG ends that begins at `at` (PNG 3rd edition, 5), and its chunks that may hold more than the picture shows
 * (`records`). Undefined if none begins there. Pure.
 */
export function pngAt(all: Buffer, at: number): { end: number; records: Span[] } | undefined {
  if (all.toString('latin1', at, at + 8) !== signature || at + 33 > all.length) return undefined;
  if (all.toString('latin1', at + 12, at + 16) !== 'IHDR') return undefined;
  if (all.readUInt32BE(at + 16) === 0 || all.readUInt32BE(at + 20) === 0) return undefined;
  const records: Span[] = [];
  for (let chunk = at + 8; chunk + 12 <= all.length; ) {
    const type = all.toString('latin1', chunk + 4, chunk + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) break;
    const end = chunk + 12 + all.readUInt32BE(chunk);
    if (type === 'IEND') return { end: Math.min(end, all.length), records };
    if (!known.includes(type)) records.push({ from: chunk + 8, to: Math.min(end, all.length) });
    chunk = end;
  }
  return { end: all.length, records };
}
