import { crc32, deflateRawSync } from 'node:zlib';

/** What a header says; whatever is left out is the truth. */
export interface Said {
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly packed?: number;
  readonly size?: number;
  readonly name?: string | Uint8Array;
  readonly extra?: Uint8Array;
}

/** A member of a zip file, with everything that may be wrong with one. */
export interface Member {
  readonly name: string | Uint8Array;
  readonly bytes?: Uint8Array;
  /** 0 = stored, 8 = deflated (the default). */
  readonly method?: number;
  readonly flags?: number;
  readonly crc?: number;
  /** What both headers say of the size. */
  readonly size?: number;
  /** Points the directory at the member of this number instead of an own one. */
  readonly same?: number;
  /** What only the local header, and only the directory, says. */
  readonly local?: Said;
  readonly entry?: Said & { readonly offset?: number; readonly disk?: number };
  /** Bytes instead of those that `bytes` packs to. */
  readonly packedAs?: Uint8Array;
  /** Sizes come behind the bytes, as streams have them: with a signature or not, or with sizes of eight bytes. */
  readonly descriptor?: 'signed' | 'plain' | 'wide';
  /** True where no directory names it. */
  readonly isHidden?: boolean;
  /** Bytes that are no member, before this one. */
  readonly before?: Uint8Array;
}

/** What stands around the members. */
export interface Around {
  /** Counted by all offsets. */
  readonly prefix?: Uint8Array;
  readonly comment?: Uint8Array | string;
  /** Between the last member and the directory, between that and its end record, and behind all. */
  readonly beforeDirectory?: Uint8Array;
  readonly beforeEnd?: Uint8Array;
  readonly after?: Uint8Array;
  /** What the end record says. */
  readonly end?: { readonly [field in keyof typeof endFields]?: number };
  /** Adds zip64 records, which say this. */
  readonly zip64?: {
    readonly count?: number;
    readonly size?: number;
    readonly offset?: number;
    readonly at?: number;
  };
}

/** Fields of an end record: bytes from its beginning, and how many. */
export const endFields = {
  disk: [4, 2],
  directoryDisk: [6, 2],
  countHere: [8, 2],
  count: [10, 2],
  size: [12, 4],
  offset: [16, 4],
  comment: [20, 2],
} as const;

/** Fields of a local header; in the directory they stand two bytes later. */
export const headerFields = {
  flags: [6, 2],
  method: [8, 2],
  crc: [14, 4],
  packed: [18, 4],
  size: [22, 4],
  nameLength: [26, 2],
  extraLength: [28, 2],
} as const;

export const sizesFollow = 8;

function header(signature: string, shift: number, said: Required<Said>, length: number): Buffer {
  const [name, extra] = [Buffer.from(said.name as string), Buffer.from(said.extra)];
  const fixed = Buffer.alloc(length);
  fixed.write(signature, 'latin1');
  fixed.writeUInt16LE(20, 4 + shift);
  if (shift) fixed.writeUInt16LE(20, 4);
  const values = { ...said, nameLength: name.length, extraLength: extra.length };
  for (const [field, [at, bytes]] of Object.entries(headerFields))
    fixed.writeUIntLE(values[field as keyof typeof headerFields], at + shift, bytes);
  return Buffer.concat([fixed, name, extra]);
}

const u64 = (...numbers: number[]) => {
  const bytes = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, i) => {
    bytes.writeBigUInt64LE(BigInt(number), 8 * i);
  });
  return bytes;
};

function descriptorOf(
  kind: NonNullable<Member['descriptor']>,
  { crc, packed, size }: Required<Said>,
): Buffer {
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32LE(packed, 0);
  sizes.writeUInt32LE(size, 4);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc);
  const mark = Buffer.from(kind === 'plain' ? '' : 'PK\x07\x08', 'latin1');
  return Buffer.concat([mark, sum, kind === 'wide' ? u64(packed, size) : sizes]);
}

/** A zip file, written here so that it can be written wrongly. */
export function zip(members: readonly Member[], around: Around = {}): Buffer {
  const parts: Uint8Array[] = [around.prefix ?? Buffer.alloc(0)];
  const offsets: number[] = [];
  const directory: Buffer[] = [];
  let at = parts[0]!.length;
  const put = (bytes: Uint8Array) => {
    parts.push(bytes);
    at += bytes.length;
  };
  for (const member of members) {
    const { name, bytes = new Uint8Array(), method = 8, descriptor, same } = member;
    const packed = member.packedAs ?? (method === 8 ? deflateRawSync(bytes) : Buffer.from(bytes));
    const said = {
      name,
      method,
      flags: (member.flags ?? 0x800) | (descriptor ? sizesFollow : 0),
      crc: member.crc ?? crc32(bytes),
      packed: packed.length,
      size: member.size ?? bytes.length,
      extra: new Uint8Array(),
    };
    if (member.before) put(member.before);
    const offset = same === undefined ? at : offsets[same]!;
    offsets.push(offset);
    if (same === undefined) {
      const unknown = descriptor && { crc: 0, packed: 0, size: 0 };
      put(header('PK\x03\x04', 0, { ...said, ...unknown, ...member.local }, 30));
      put(packed);
      if (descriptor) put(descriptorOf(descriptor, said));
    }
    if (member.isHidden) continue;
    const entry = header('PK\x01\x02', 2, { ...said, ...member.entry }, 46);
    entry.writeUInt16LE(member.entry?.disk ?? 0, 34);
    entry.writeUInt32LE(member.entry?.offset ?? offset, 42);
    directory.push(entry);
  }
  if (around.beforeDirectory) put(around.beforeDirectory);
  const truth = { count: directory.length, size: Buffer.concat(directory).length, offset: at };
  put(Buffer.concat(directory));
  if (around.beforeEnd) put(around.beforeEnd);
  if (around.zip64) put(zip64Records(at, truth, around.zip64));
  const comment = Buffer.from(around.comment ?? '');
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  const values = {
    disk: 0,
    directoryDisk: 0,
    countHere: truth.count,
    ...truth,
    comment: comment.length,
    ...around.end,
  };
  for (const [field, [place, length]] of Object.entries(endFields))
    end.writeUIntLE(values[field as keyof typeof endFields], place, length);
  return Buffer.concat([...parts, end, comment, around.after ?? Buffer.alloc(0)]);
}

function zip64Records(
  at: number,
  truth: { readonly count: number; readonly size: number; readonly offset: number },
  said: NonNullable<Around['zip64']>,
): Buffer {
  const { count, size, offset } = { ...truth, ...said };
  const record = Buffer.concat([
    Buffer.from('PK\x06\x06', 'latin1'),
    u64(44),
    Buffer.alloc(12),
    u64(count, count, size, offset),
  ]);
  const locator = Buffer.concat([
    Buffer.from('PK\x06\x07\0\0\0\0', 'latin1'),
    u64(said.at ?? at),
    Buffer.from([1, 0, 0, 0]),
  ]);
  return Buffer.concat([record, locator]);
}
