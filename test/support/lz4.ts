/** A lz4 file whose blocks are not packed (LZ4 frame format 1.6); readers of ours do not look at its checksum. */
export function lz4(bytes: Uint8Array): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 1 << 16) {
    const block = bytes.subarray(at, at + (1 << 16));
    const head = Buffer.alloc(4);
    head.writeUInt32LE((0x80000000 | block.length) >>> 0);
    blocks.push(head, Buffer.from(block));
  }
  return Buffer.concat([Buffer.from([4, 0x22, 0x4d, 0x18, 0x60, 0x40, 0]), ...blocks, Buffer.alloc(4)]);
}
