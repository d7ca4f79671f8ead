import { crc32, deflateSync } from 'node:zlib';

/** The colour type of a PNG file by its number of channels. */
const colourTypes = { 1: 0, 3: 2, 4: 6 } as const;

/**
 * Writes raw pixels as a PNG file, without loss (PNG 1.2). Pure.
 * @param channels 1 grey, 3 RGB, 4 RGBA.
 * @param bits bits of each sample; rows are padded to whole bytes.
 */
export function encodePng(
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  channels: keyof typeof colourTypes,
  bits: 1 | 8 = 8,
): Buffer {
  const stride = Math.ceil((width * channels * bits) / 8);
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++)
    rows.set(data.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([bits, colourTypes[channels]], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
