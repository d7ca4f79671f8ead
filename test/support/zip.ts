import { crc32, deflateRawSync } from 'node:zlib';

/** A member of a zip file, with everything that may be wrong with one. */
export interface Member {
  readonly name: string | Uint8Array;
  readonly bytes?: Uint8Array;
  /** 0 = stored, 8 = deflated (the default). */
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  /** What the directory says of the size. */
  readonly size?: number;
  /** Points the directory at the member of this number instead of an own one. */
  readonly same?: number;
}

/** A zip file, written here so that it can be written wrongly. */
export function zip(members: readonly Member[]): Buffer {
  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, bytes = new Uint8Array(), method = 8, flags = 0x800, crc, size, same } of members) {
    const label = Buffer.from(name as string);
    const packed = method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(method, 4);
    fields.writeUInt32LE(crc ?? crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(size ?? bytes.length, 18);
    fields.writeUInt16LE(label.length, 22);
    const offset = same === undefined ? at : offsets[same]!;
    offsets.push(offset);
    if (same === undefined) {
      parts.push(Buffer.from('PK\x03\x04', 'latin1'), fields, label, packed);
      at += 30 + label.length + packed.length;
    }
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), fields, tail, label);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}
