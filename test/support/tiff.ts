/** How the samples of a TIFF are stored (TIFF 6.0): `format` 1 whole, 2 signed, 3 float. */
export interface Samples {
  readonly photometric: number;
  readonly bits: number;
  readonly format?: number;
  /** Of a pixel. */
  readonly count: number;
}

/** An uncompressed TIFF of one page and one strip. */
export function tiffOf(width: number, height: number, data: Uint8Array, samples: Samples): Buffer {
  const { photometric, bits, format = 1, count } = samples;
  const entries = [
    [256, 4, width],
    [257, 4, height],
    [258, 3, bits],
    [259, 3, 1],
    [262, 3, photometric],
    [273, 4, 8],
    [277, 3, count],
    [278, 4, height],
    [279, 4, data.length],
    [339, 3, format],
  ] as const;
  const head = Buffer.alloc(8);
  head.write('II*\0', 'latin1');
  head.writeUInt32LE(8 + data.length, 4);
  const directory = Buffer.alloc(2 + 12 * entries.length + 4 + 12);
  const behind = 2 + 12 * entries.length + 4;
  directory.writeUInt16LE(entries.length, 0);
  entries.forEach(([tag, type, value], i) => {
    const at = 2 + 12 * i;
    const isEach = tag === 258 || tag === 339;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(isEach ? count : 1, at + 4);
    const own = behind + (tag === 258 ? 0 : 6);
    directory.writeUInt32LE(isEach && count > 1 ? 8 + data.length + own : value, at + 8);
    for (let k = 0; isEach && k < 3; k++) directory.writeUInt16LE(value, own + 2 * k);
  });
  return Buffer.concat([head, data, directory]);
}
