/** Bytes of a block of a tar archive. */
export const block = 512;

/**
 * Makes the header of a plain file in a tar archive (POSIX ustar). Only the owner of the file may read it. Raises
 * RangeError for a path that is too long.
 * @param path ASCII; its last part has at most 100 characters, the part before that at most 155
 * @param size bytes
 * @param at milliseconds since 1970
 */
export function tarHeader(path: string, size: number, at: number): Buffer {
  const header = Buffer.alloc(block);
  const cut = path.lastIndexOf('/');
  const [folder, name] = [path.slice(0, Math.max(0, cut)), path.slice(cut + 1)];
  if (name.length > 100 || folder.length > 155) throw new RangeError(`${path} is too long for a tar archive`);
  header.write(name, 0, 'latin1');
  header.write(octal(0o400, 8), 100, 'latin1');
  header.write(octal(0, 8), 108, 'latin1');
  header.write(octal(0, 8), 116, 'latin1');
  // From eight gigabytes on, octal digits cannot hold the size: the header then has it as a binary number.
  if (size < 8 ** 11) header.write(octal(size, 12), 124, 'latin1');
  else header.writeUIntBE(size, 130, 6) && header.writeUInt8(0x80, 124);
  header.write(octal(Math.floor(at / 1000), 12), 136, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  header.write(folder, 345, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((all, byte) => all + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

const octal = (value: number, width: number): string => `${value.toString(8).padStart(width - 1, '0')}\0`;

/** Zeros that fill up the last block of a file of this size. */
export const padding = (size: number): Buffer => Buffer.alloc((block - (size % block)) % block);
