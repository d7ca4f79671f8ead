import { undecodable } from './stills.js';

/** Boxes at the top of a file; `isCut` where the last one ends beyond it. */
export interface Boxes {
  readonly names: readonly string[];
  readonly isCut: boolean;
}

/** The boxes of an ISO base media file (ISO/IEC 14496-12). Pure. */
export function boxesOf(bytes: Uint8Array): Boxes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const names: string[] = [];
  let at = 0;
  while (at + 8 <= bytes.length) {
    const short = view.getUint32(at);
    names.push(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
    if (short === 0) return { names, isCut: false };
    if (short === 1 && at + 16 > bytes.length) return { names, isCut: true };
    const size = short === 1 ? Number(view.getBigUint64(at + 8)) : short;
    if (size < 8) return { names, isCut: true };
    at += size;
  }
  return { names, isCut: at !== bytes.length };
}

/**
 * Raises StageError('decode', 'undecodable') where a HEIF or AVIF file also contains a sequence (ISO/IEC 23008-12, 7):
 * no one has looked at the sequence's pictures, so the file must not count as clear.
 */
export function checkNoSequence({ names }: Boxes): void {
  if (names.includes('moov')) throw undecodable('it is a sequence too, whose frames are not read');
}
