/** What a page of a TIFF declares and libvips does not report. */
export interface TiffPage {
  /** The value of tag 262: 0 = white is zero, 8 = CIELAB, 9 = ICCLAB. */
  readonly photometric: number;
  /** Bits of a sample. */
  readonly bits: number;
  /** Byte offset of the value of tag 262; 0 without that tag. */
  readonly at: number;
}

/** `tiffPages` stops after so many pages. */
const mostPages = 100_000;
const tags = { bits: 258, photometric: 262 } as const;

/** The pages of a TIFF (TIFF 6.0, section 2), in their order. A BigTIFF gives none. Pure. */
export function tiffPages(bytes: Uint8Array): TiffPage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = bytes[0] === 0x49;
  const pages: TiffPage[] = [];
  const seen = new Set<number>();
  if (bytes.length < 8 || view.getUint16(2, isLittle) !== 42) return pages;
  for (let at = view.getUint32(4, isLittle); at > 0 && at + 2 <= bytes.length && seen.size < mostPages; ) {
    if (seen.has(at)) break;
    seen.add(at);
    const end = at + 2 + 12 * view.getUint16(at, isLittle);
    if (end > bytes.length) break;
    const page = { photometric: 1, bits: 1, at: 0 };
    for (let entry = at + 2; entry < end; entry += 12) {
      const tag = view.getUint16(entry, isLittle);
      if (tag === tags.photometric) {
        page.photometric = view.getUint16(entry + 8, isLittle);
        page.at = entry + 8;
      }
      if (tag !== tags.bits) continue;
      const isInside = view.getUint32(entry + 4, isLittle) <= 2;
      const place = isInside ? entry + 8 : view.getUint32(entry + 8, isLittle);
      if (place + 2 <= bytes.length) page.bits = view.getUint16(place, isLittle);
    }
    pages.push(page);
    at = end + 4 <= bytes.length ? view.getUint32(end, isLittle) : 0;
  }
  return pages;
}

/** True for a page in CIELAB of a kind that libvips does not read. */
export const isLab = ({ photometric, bits }: TiffPage): boolean =>
  (photometric === 8 && bits === 8) || photometric === 9;

/** A copy of the file that declares its pages in CIELAB as RGB, so that libvips hands over the stored values. */
export function labAsRgb(bytes: Uint8Array, pages: readonly TiffPage[]): Uint8Array {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, copy.byteOffset, copy.length);
  for (const page of pages) if (isLab(page)) view.setUint16(page.at, 2, bytes[0] === 0x49);
  return copy;
}

/**
 * Converts colours from CIELAB in 8 bits to sRGB, in place, with white adapted from D50 to D65. In ICCLAB a and b are
 * 128 larger. Source: TIFF 6.0, section 23.
 */
export function rgbOfLab(data: Uint8Array, channels: 3 | 4, { photometric }: TiffPage): void {
  const signed = (value: number) => (photometric === 9 ? value - 128 : value > 127 ? value - 256 : value);
  const unfold = (t: number) => (t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29));
  const coded = (value: number) => {
    const v = Math.min(1, Math.max(0, value));
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
  };
  for (let i = 0; i + channels <= data.length; i += channels) {
    const fy = ((data[i]! * 100) / 255 + 16) / 116;
    const x = 0.9642 * unfold(fy + signed(data[i + 1]!) / 500);
    const y = unfold(fy);
    const z = 0.8249 * unfold(fy - signed(data[i + 2]!) / 200);
    data[i] = coded(3.1338561 * x - 1.6168667 * y - 0.4906146 * z);
    data[i + 1] = coded(-0.9787684 * x + 1.9161415 * y + 0.033454 * z);
    data[i + 2] = coded(0.0719453 * x - 0.2289914 * y + 1.4052427 * z);
  }
}

/** True for a depth, as sharp names it, whose samples libvips would cut to 0…255. */
export const isWide = (depth: string | undefined): boolean =>
  depth !== undefined && !['uchar', 'ushort'].includes(depth);

/** Values that white may have, each with the factor that scales it to 255. */
const whites = [
  [1, 255],
  [255, 1],
  [65_535, 1 / 257],
  [4_294_967_295, 1 / 16_843_009],
] as const;

/**
 * Scales samples of any depth to 8 bits. White is the least of `whites` that no sample exceeds; for whole numbers it is
 * at least 255. Where a sample is negative or exceeds all of them, the least sample becomes 0 and the greatest 255.
 */
export function eightBits(samples: Float32Array, isFloat: boolean): Uint8Array {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of samples) {
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  const white = whites.find(([most], i) => (isFloat || i > 0) && greatest <= most);
  const spread = least < 0 || !white;
  const scale = spread ? 255 / (greatest - least || 1) : white[1];
  const from = spread ? least : 0;
  const out = new Uint8Array(samples.length);
  // Samples that are in 0…255 already lose their fraction, as in libvips.
  const whole = scale === 1 ? Math.trunc : Math.round;
  for (let i = 0; i < out.length; i++)
    out[i] = Math.min(255, Math.max(0, whole((samples[i]! - from) * scale)));
  return out;
}
