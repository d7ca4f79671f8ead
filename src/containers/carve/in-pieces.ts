import { constants, inflateSync } from 'node:zlib';
import { StageError } from '../../core/index.js';
import type { Budget } from '../budget.js';
import type { Joined } from '../types.js';

const [extension, picture] = [0x21, 0x2c];
const tableBytes = (flags: number) => ((flags & 0x80) !== 0 ? 3 << ((flags & 7) + 1) : 0);
/** Fewer bytes than this hold nothing for which the search looks. */
const shortest = 64;

/**
 * Joins each series of sub-blocks of a GIF (GIF89a, 15), of pixels and of extensions. Yields one piece for each. Pure.
 */
export function* blocksOfGif(all: Buffer): Generator<Joined> {
  let at = 13 + tableBytes(all[10] ?? 0);
  while (at + 2 < all.length) {
    const kind = all[at];
    if (kind !== extension && kind !== picture) return;
    let block = kind === extension ? at + 2 : at + 11 + tableBytes(all[at + 9] ?? 0);
    const from = block;
    const parts: Buffer[] = [];
    for (; block < all.length && all[block] !== 0; block += 1 + all[block]!)
      parts.push(all.subarray(block + 1, block + 1 + all[block]!));
    // The first block of an application is its name.
    if (kind === extension && all[at + 1] === 0xff) parts.shift();
    const bytes = Buffer.concat(parts);
    if (bytes.length >= shortest) yield { at: from, bytes };
    at = block + 1;
  }
}

/** Chunks with a keyword before their zlib stream: bytes from the end of the keyword to the stream. */
const behindKeyword: Readonly<Record<string, number>> = { zTXt: 2, iCCP: 2 };
const pixels = ['IDAT', 'fdAT', 'IHDR', 'PLTE', 'tRNS'];

/**
 * Yields what chunks of a PNG hold packed by zlib (text, profiles, private data of programs), and profiles in
 * hexadecimal digits. Raises StageError('decode', 'archive-limit').
 */
export function* packedInPng(all: Buffer, budget: Budget): Generator<Joined> {
  for (let at = 8; at + 12 <= all.length; ) {
    const end = at + 12 + all.readUInt32BE(at);
    const type = all.toString('latin1', at + 4, at + 8);
    const data = all.subarray(at + 8, Math.min(end - 4, all.length));
    at = end;
    if (pixels.includes(type)) continue;
    if (type === 'IEND') return;
    const bytes = unpacked(data.subarray(packedFrom(type, data)), budget) ?? data;
    const digits = /^(?:Raw profile type [^\0]*\0(?:\0)?)?\n[^\n]*\n\s*\d+\n/.exec(
      bytes.toString('latin1', 0, 200),
    );
    const own = digits
      ? Buffer.from(bytes.toString('latin1', digits[0].length).replaceAll(/\s/g, ''), 'hex')
      : bytes;
    if (own !== data && own.length >= shortest) yield { at: end - 4 - data.length, bytes: own };
  }
}

function packedFrom(type: string, data: Buffer): number {
  const keyword = data.indexOf(0);
  if (type in behindKeyword) return keyword + behindKeyword[type]!;
  if (type !== 'iTXt') return 0;
  const language = data.indexOf(0, keyword + 3);
  return data.indexOf(0, language + 1) + 1;
}

/**
 * Unpacks a zlib stream, up to where it is cut. Undefined if none begins there or it is damaged. Raises
 * StageError('decode', 'archive-limit').
 */
function unpacked(bytes: Buffer, budget: Budget): Buffer | undefined {
  const isStream = bytes.length > 6 && (bytes[0]! & 15) === 8 && bytes.readUInt16BE(0) % 31 === 0;
  if (!isStream) return undefined;
  const { maxBytes } = budget.limits;
  try {
    const out = inflateSync(bytes, { maxOutputLength: maxBytes, finishFlush: constants.Z_SYNC_FLUSH });
    budget.spend(out.length);
    return out;
  } catch (error) {
    if (error instanceof StageError) throw error;
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new StageError('decode', 'archive-limit', `a chunk unpacks to more than ${maxBytes} bytes`);
    return undefined;
  }
}
