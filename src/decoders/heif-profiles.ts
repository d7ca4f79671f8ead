/** A box: its name of four characters, and its contents without the header. */
interface Box {
  readonly name: string;
  readonly data: Buffer;
}

/** The boxes in these bytes, up to the first one that ends beyond them (ISO/IEC 14496-12, 4.2). */
function* boxesIn(bytes: Buffer): Generator<Box> {
  for (let at = 0; at + 8 <= bytes.length; ) {
    const short = bytes.readUInt32BE(at);
    const from = short === 1 ? at + 16 : at + 8;
    if (from > bytes.length) return;
    const size = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short || bytes.length - at;
    if (size < from - at || at + size > bytes.length) return;
    yield { name: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(from, at + size) };
    at += size;
  }
}

/** The contents of the boxes of this name. */
const within = (bytes: Buffer, name: string): Buffer[] =>
  [...boxesIn(bytes)].filter((box) => box.name === name).map(({ data }) => data);

/** The ICC profiles in the box `ipco`, by the place of their property, counted from 1. */
function profilesOf(properties: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const [index, { name, data }] of [...boxesIn(properties)].entries()) {
    const kind = data.toString('latin1', 0, 4);
    if (name === 'colr' && (kind === 'prof' || kind === 'rICC')) found.set(index + 1, data.subarray(4));
  }
  return found;
}

/**
 * Calls `found` for each property of each picture in a box `ipma`, with the picture's id and the property's place in
 * `ipco`. Raises RangeError where the box is cut.
 */
function eachProperty(box: Buffer, found: (item: number, property: number) => void): void {
  const [isLongId, isLongIndex] = [box[0]! > 0, (box[3]! & 1) === 1];
  const pictures = box.readUInt32BE(4);
  let at = 8;
  for (let picture = 0; picture < pictures; picture++) {
    const item = isLongId ? box.readUInt32BE(at) : box.readUInt16BE(at);
    at += isLongId ? 4 : 2;
    const count = box.readUInt8(at++);
    for (let i = 0; i < count; i++) {
      found(item, isLongIndex ? box.readUInt16BE(at) & 0x7fff : box.readUInt8(at) & 0x7f);
      at += isLongIndex ? 2 : 1;
    }
  }
}

/**
 * The ICC profiles of the pictures in a HEIF file, by the id of the picture (ISO/IEC 23008-12, 9.3 and 6.5.5). The map
 * lacks pictures without a profile, and those whose profile cannot be read: viewers then use none. Pure.
 */
export function heifProfiles(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const meta of within(all, 'meta'))
    for (const properties of within(meta.subarray(4), 'iprp')) {
      const profiles = profilesOf(Buffer.concat(within(properties, 'ipco')));
      if (profiles.size === 0) continue;
      for (const box of within(properties, 'ipma'))
        try {
          eachProperty(box, (item, property) => {
            const profile = profiles.get(property);
            if (profile && !found.has(item)) found.set(item, profile);
          });
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
    }
  return found;
}
