/** Levels of red, green and blue, each 0…255. */
export type Colour = readonly [number, number, number];

/**
 * The colour that the palette of a GIF's first picture has for transparent pixels; undefined where the picture has no
 * such pixels or the file is cut. The references read that colour, and libvips leaves it out. Source: GIF89a, sections
 * 18 to 23. Pure.
 */
export function transparentColour(bytes: Uint8Array): Colour | undefined {
  const paletteAt = (flags: number, at: number) =>
    flags & 0x80 ? { at, size: 2 << (flags & 7) } : undefined;
  const global = paletteAt(bytes[10] ?? 0, 13);
  let at = 13 + 3 * (global?.size ?? 0);
  let index: number | undefined;
  while (at < bytes.length) {
    const kind = bytes[at];
    if (kind === 0x2c) {
      const palette = paletteAt(bytes[at + 9] ?? 0, at + 10) ?? global;
      if (index === undefined || !palette || index >= palette.size) return undefined;
      const from = palette.at + 3 * index;
      if (from + 3 > bytes.length) return undefined;
      return [bytes[from]!, bytes[from + 1]!, bytes[from + 2]!];
    }
    if (kind !== 0x21) return undefined;
    // Graphic control: one block of four bytes.
    if (bytes[at + 1] === 0xf9 && bytes[at + 2] === 4)
      index = bytes[at + 3]! & 1 ? bytes[at + 6]! : undefined;
    at += 2;
    while (at < bytes.length && bytes[at] !== 0) at += 1 + bytes[at]!;
    at += 1;
  }
  return undefined;
}

/** Gives every pixel of alpha 0 this colour, in place. `data` are pixels in RGBA. */
export function paintTransparent(data: Uint8Array, [red, green, blue]: Colour): void {
  for (let i = 0; i + 3 < data.length; i += 4) {
    if (data[i + 3] !== 0) continue;
    data[i] = red;
    data[i + 1] = green;
    data[i + 2] = blue;
  }
}
