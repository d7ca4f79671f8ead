import { crc32 } from 'node:zlib';

interface Member {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const u16 = (n: number) => Buffer.from([n & 255, n >> 8]);
const u32 = (n: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n >>> 0);
  return bytes;
};

/** A number of RAR 5: seven bits a byte, the lowest first. */
function vint(n: number): Buffer {
  const bytes: number[] = [];
  for (let rest = n; ; rest = Math.floor(rest / 128)) {
    bytes.push((rest % 128) | (rest >= 128 ? 128 : 0));
    if (rest < 128) return Buffer.from(bytes);
  }
}

/** A RAR 5 archive in which nothing is packed (RAR 5.0 archive format, "Archive structure"). */
export function rar5(members: readonly Member[]): Buffer {
  const block = (...fields: Buffer[]) => {
    const body = Buffer.concat(fields);
    const sized = Buffer.concat([vint(body.length), body]);
    return Buffer.concat([u32(crc32(sized)), sized]);
  };
  const files = members.flatMap(({ name, bytes }) => {
    const size = vint(bytes.length);
    const path = Buffer.from(name);
    const head = [vint(2), vint(2), size, vint(4), size, vint(0o100644), u32(crc32(bytes)), vint(0), vint(1)];
    return [block(...head, vint(path.length), path), Buffer.from(bytes)];
  });
  const signature = Buffer.from('Rar!\x1a\x07\x01\0', 'latin1');
  return Buffer.concat([
    signature,
    block(vint(1), vint(0), vint(0)),
    ...files,
    block(vint(5), vint(0), vint(0)),
  ]);
}

/** A RAR 4 archive in which nothing is packed (technote of RAR 4.20). */
export function rar4(members: readonly Member[]): Buffer {
  const block = (type: number, flags: number, fields: Buffer) => {
    const body = Buffer.concat([Buffer.from([type]), u16(flags), u16(7 + fields.length), fields]);
    return Buffer.concat([u16(crc32(body) & 0xffff), body]);
  };
  const files = members.flatMap(({ name, bytes }) => {
    const path = Buffer.from(name.replaceAll('/', '\\'));
    const sizes = [u32(bytes.length), u32(bytes.length)];
    const rest = [
      Buffer.from([3]),
      u32(crc32(bytes)),
      u32(0x58210000),
      Buffer.from([20, 0x30]),
      u16(path.length),
    ];
    return [block(0x74, 0x8000, Buffer.concat([...sizes, ...rest, u32(0o100644), path])), Buffer.from(bytes)];
  });
  const signature = Buffer.from('Rar!\x1a\x07\0', 'latin1');
  return Buffer.concat([
    signature,
    block(0x73, 0, Buffer.alloc(6)),
    ...files,
    block(0x7b, 0x4000, Buffer.alloc(0)),
  ]);
}
