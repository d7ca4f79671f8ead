/** The boxes at the top level of a file. */
export interface Boxes {
  /** Their names of four characters, in the order of the file. */
  readonly names: readonly string[];
  /** True where the last box does not end with the file, or has an impossible size. */
  readonly isCut: boolean;
}

/** Lists the top-level boxes of an ISO base media file (ISO/IEC 14496-12). Pure. */
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
