import { StageError } from '../core/index.js';
import { iconStills } from './ico.js';
import { decodedStills, type Still, undecodable } from './stills.js';
import type { Decoded, PictureDecoder } from './types.js';

/** The decoder refuses a file with more icons than this. */
const mostIcons = 10_000;

/** The chunks of a RIFF file between two byte offsets. In place of a list it yields the chunks inside that list. */
function* chunksOf(
  bytes: Uint8Array,
  from: number,
  until: number,
): Generator<{ type: string; data: Uint8Array }> {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = from; at + 8 <= until; ) {
    const type = all.toString('latin1', at, at + 4);
    const end = Math.min(until, at + 8 + all.readUInt32LE(at + 4));
    if (type === 'LIST') yield* chunksOf(bytes, at + 12, end);
    else yield { type, data: bytes.subarray(at + 8, end) };
    at = end + (end % 2);
  }
}

/**
 * Decodes animated cursors: every picture of every icon in the file. Raises StageError('decode', 'undecodable') for a
 * file without a picture, or with too many icons. Source: RIFF of the Windows documentation, form ACON.
 */
export const aniDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const stills: Still[] = [];
    const lost: StageError[] = [];
    let icons = 0;
    for (const { type, data } of chunksOf(bytes, 12, bytes.length)) {
      if (type !== 'icon') continue;
      icons += 1;
      if (icons > mostIcons) throw undecodable(`more than ${mostIcons} icons in it`);
      try {
        const found = iconStills(data, limits);
        stills.push(...found.stills);
        lost.push(...found.lost);
      } catch (error) {
        if (!(error instanceof StageError)) throw error;
        lost.push(error);
      }
    }
    return decodedStills(stills, limits, { lost });
  },
};
