import { pipeline, Readable } from 'node:stream';
import { createInflate, inflateSync } from 'node:zlib';
import { StageError } from '../core/index.js';
import type { Budget } from './budget.js';
import { streamsIn } from './pdf-objects.js';

/** Bytes that one call unpacks without a stream; most streams of documents are smaller. */
const small = 1 << 20;

/**
 * Raises StageError('decode', 'archive-limit') if a stream of the document unpacks to too many bytes: more than
 * `freeBytes` and more than eight for each of `maxPixels`. pdf.js would keep all of them in memory. The check knows
 * Flate only, applied once or several times over (ISO 32000-1 § 7.4.4).
 */
export async function checkStreams(bytes: Uint8Array, budget: Budget): Promise<void> {
  const { maxPixels, freeBytes } = budget.limits;
  const most = Math.max(8 * maxPixels, freeBytes);
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const { at, dictionary } of streamsIn(all)) {
    budget.checkTime();
    const start = at + (all[at + 6] === 13 ? 8 : 7);
    if (all[start - 1] !== 10) continue;
    const times = dictionary.match(/\/(FlateDecode|Fl)\b/g)?.length ?? 0;
    if (times === 0 || (await unpacks(all.subarray(start), Math.min(times, 8), most)) <= most) continue;
    throw new StageError('decode', 'archive-limit', `a stream in it unpacks to more than ${most} bytes`);
  }
}

/**
 * How many bytes a stream unpacks to that Flate packed `times` times. Counting stops a little above `most`, and where
 * the stream is damaged.
 */
async function unpacks(packed: Buffer, times: number, most: number): Promise<number> {
  if (times === 1)
    try {
      return inflateSync(packed, { maxOutputLength: Math.min(small, most) }).length;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') return 0;
    }
  const stages = Array.from({ length: times }, () => createInflate({ chunkSize: small }));
  const last = stages.at(-1)!;
  pipeline([Readable.from([packed]), ...stages], () => {});
  let length = 0;
  try {
    for await (const chunk of last) {
      length += (chunk as Buffer).length;
      if (length > most) break;
    }
  } catch {
    // pdf.js gets no further either.
  }
  for (const stage of stages) stage.destroy();
  return length;
}
