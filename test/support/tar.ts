import { pack } from 'tar-stream';

export interface TarMember {
  readonly name: string;
  readonly bytes?: Uint8Array;
  /** Attributes that stand before it. */
  readonly pax?: Readonly<Record<string, string>>;
  readonly type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo';
}

/** A tar file as tar-stream writes it. */
export async function tar(members: readonly TarMember[]): Promise<Buffer> {
  const stream = pack();
  for (const { name, bytes = new Uint8Array(), type = 'file', pax } of members) {
    const header = { name, type, linkname: type.endsWith('link') ? 'elsewhere' : null, pax };
    stream.entry(header, Buffer.from(bytes));
  }
  stream.finalize();
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** Makes the checksum of the header at an offset right again. */
export function resum(bytes: Buffer, at = 0): Buffer {
  bytes.fill(' ', at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return bytes;
}
