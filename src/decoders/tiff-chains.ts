/**
 * Byte sizes in a TIFF and in a BigTIFF (TIFF 6.0, section 2): of a count of entries, an entry and an offset. `value`
 * is where the value stands in an entry, `first` where the offset of the first directory stands in the file.
 */
const small = { count: 2, entry: 12, offset: 4, value: 8, first: 4 } as const;
const big = { count: 8, entry: 20, offset: 8, value: 12, first: 8 } as const;
const tags = { width: 256, subIfds: 330 } as const;
/** The search ends after so many directories. No camera writes a file with more. */
const mostDirectories = 10_000;

/** One directory, with the byte offsets of others that it names. */
interface Directory {
  /** True where the directory declares a width. */
  readonly isPicture: boolean;
  /** Offsets of the directories below it (SubIFDs). */
  readonly below: readonly number[];
  /** Offset of the next directory of its chain; 0 after the last. */
  readonly next: number;
}

/** Reads directories of a TIFF. `directoryAt` returns undefined where no whole directory begins at the offset. */
function reader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const isLittle = bytes[0] === 0x49;
  const form = bytes.length >= 16 && view.getUint16(2, isLittle) === 43 ? big : small;
  const offsetAt = (at: number, size: number) =>
    size === 8 ? Number(view.getBigUint64(at, isLittle)) : view.getUint32(at, isLittle);
  const directoryAt = (start: number): Directory | undefined => {
    if (start <= 0 || start + form.count > bytes.length) return undefined;
    const count = form === big ? Number(view.getBigUint64(start, isLittle)) : view.getUint16(start, isLittle);
    const end = start + form.count + form.entry * count;
    if (end > bytes.length) return undefined;
    let isPicture = false;
    const below: number[] = [];
    for (let at = start + form.count; at < end; at += form.entry) {
      const tag = view.getUint16(at, isLittle);
      isPicture ||= tag === tags.width;
      if (tag !== tags.subIfds) continue;
      const size = [16, 17, 18].includes(view.getUint16(at + 2, isLittle)) ? 8 : 4;
      const held = offsetAt(at + 4, form === big ? 8 : 4);
      const place = size * held <= form.offset ? at + form.value : offsetAt(at + form.value, form.offset);
      for (let n = 0; n < Math.min(held, mostDirectories) && place + size * (n + 1) <= bytes.length; n++)
        below.push(offsetAt(place + size * n, size));
    }
    return { isPicture, below, next: end + form.offset <= bytes.length ? offsetAt(end, form.offset) : 0 };
  };
  return { directoryAt, form, first: offsetAt(form.first, form.offset), view, isLittle };
}

/**
 * The byte offsets at which chains of pictures begin that libvips does not reach, each once. Such a chain follows a
 * directory that is below a page (SubIFD), or is itself below that directory. Pure.
 */
export function chainsBeyond(bytes: Uint8Array): number[] {
  if (bytes.length < 8) return [];
  const { directoryAt, first } = reader(bytes);
  const seen = new Set<number>();
  const starts: number[] = [];
  const waiting = [first];
  while (waiting.length > 0 && seen.size < mostDirectories) {
    for (let at = waiting.pop()!; !seen.has(at); ) {
      const page = directoryAt(at);
      if (!page) break;
      seen.add(at);
      const fresh = page.below.filter((start) => !seen.has(start));
      for (const start of fresh) seen.add(start);
      for (const start of fresh) {
        const below = directoryAt(start);
        if (!below) continue;
        for (const beyond of [...below.below, below.next]) {
          if (seen.has(beyond) || !directoryAt(beyond)?.isPicture) continue;
          starts.push(beyond);
          waiting.push(beyond);
        }
      }
      at = page.next;
    }
  }
  return [...new Set(starts)];
}

/** A copy of the file whose first page is the directory at the byte offset `start`. */
export function beginningAt(bytes: Uint8Array, start: number): Uint8Array {
  const copy = bytes.slice();
  const { form, view, isLittle } = reader(copy);
  if (form === big) view.setBigUint64(form.first, BigInt(start), isLittle);
  else view.setUint32(form.first, start, isLittle);
  return copy;
}
