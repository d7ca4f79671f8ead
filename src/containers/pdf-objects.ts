/** What a PDF document says of its pictures in plain text. */
export interface PdfPictures {
  /** Objects that are pictures and no masks, as pdf.js names them: `5R`, `5R1`. */
  readonly refs: readonly string[];
  /** Pictures that a later picture of the same name replaces. */
  readonly replaced: readonly Replaced[];
  /**
   * True if a picture declares more pixels than allowed, or no plain width and height. `refs` leaves such pictures out.
   */
  readonly holdsTooLarge: boolean;
  /** True if the document is encrypted. */
  readonly isEncrypted: boolean;
}

/** A picture that only an earlier version of the document shows. */
export interface Replaced {
  /** Its object, as pdf.js names it: `5R`. */
  readonly ref: string;
  /** Where that version ends, in bytes; undefined if no version ends before the later picture. */
  readonly versionEnd: number | undefined;
}

/** The most characters before a stream in which its dictionary is searched. */
const longestDictionary = 4096;

/**
 * Yields the streams of a document: where the word `stream` stands (`at`, in bytes), the dictionary before it, and the
 * text before that. The dictionary of a stream always stands in plain text (ISO 32000-1 § 7.5.7); the function undoes
 * the escapes of its names. Pure.
 */
export function* streamsIn(all: Buffer): Generator<{ at: number; before: string; dictionary: string }> {
  // No dictionary begins before the last one ended. So the loop reads no byte twice, however often the word stands.
  for (let at = all.indexOf('stream'), ended = 0; at >= 0; at = all.indexOf('stream', at + 6)) {
    if (!isAfterDictionary(all, at)) continue;
    const near = all.toString('latin1', Math.max(ended, at - longestDictionary), at);
    ended = at;
    const start = near.lastIndexOf(' obj') + 1;
    const dictionary = near
      .slice(start)
      .replaceAll(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    yield { at, before: near.slice(0, start), dictionary };
  }
}

/** Whether `>>` stands before this place, with at most 16 white-space characters between. */
function isAfterDictionary(all: Buffer, at: number): boolean {
  let end = at;
  while (end > at - 16 && [9, 10, 12, 13, 32].includes(all[end - 1]!)) end -= 1;
  return all[end - 1] === 0x3e && all[end - 2] === 0x3e;
}

/** Finds the pictures of a document, whether a page shows them or not. Pure. */
export function picturesIn(bytes: Uint8Array, maxPixels: number): PdfPictures {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const places = new Map<string, number[]>();
  const masks = new Set<string>();
  let holdsTooLarge = false;
  for (const { at, before, dictionary } of streamsIn(all)) {
    if (!/\/Image\b/.test(dictionary)) continue;
    const mask = /\/S?Mask\s+(\d+)\s+(\d+)\s+R/g;
    for (const [, number, generation] of dictionary.matchAll(mask)) masks.add(refOf(number!, generation!));
    if (/\/(ImageMask|IM)\s+true\b/.test(dictionary)) continue;
    const side = (name: string) =>
      new RegExp(`/${name}\\s+(\\d+)(?!\\d|\\s+\\d+\\s+R)`).exec(dictionary)?.[1];
    const [, number, generation] = /(\d{1,10})\s+(\d{1,5})\s*$/.exec(before) ?? [];
    if (!(Number(side('Width')) * Number(side('Height')) <= maxPixels)) holdsTooLarge = true;
    else if (number !== undefined) {
      const ref = refOf(number, generation!);
      const known = places.get(ref);
      if (known) known.push(at);
      else places.set(ref, [at]);
    }
  }
  for (const mask of masks) places.delete(mask);
  return {
    refs: [...places.keys()],
    replaced: replacedIn(all, places),
    holdsTooLarge,
    isEncrypted: all.includes('/Encrypt'),
  };
}

/** The mark at the end of each version of a document. Later versions follow it as updates (ISO 32000-1 § 7.5.6). */
const versionMark = '%%EOF';

function replacedIn(all: Buffer, places: ReadonlyMap<string, readonly number[]>): Replaced[] {
  const pairs = [...places].flatMap(([ref, of]) =>
    of.slice(1).map((later, i) => ({ ref, place: of[i]!, later })),
  );
  let mark = -1;
  return pairs
    .sort((a, b) => a.place - b.place)
    .map(({ ref, place, later }) => {
      // The search only goes forwards, and so reads no byte twice.
      if (mark < place) {
        const next = all.indexOf(versionMark, place, 'latin1');
        mark = next < 0 ? Number.POSITIVE_INFINITY : next;
      }
      return { ref, versionEnd: mark < later ? mark + versionMark.length : undefined };
    });
}

const refOf = (number: string, generation: string) =>
  `${Number(number)}R${Number(generation) === 0 ? '' : Number(generation)}`;

/** The number of the first object that `showing` adds; objects of real documents have lower numbers. */
const first = 8_000_000;

/**
 * Changes a document so that it has one page for each of these pictures, and no others. The function appends an update
 * to its end (ISO 32000-1 § 7.5.6). If the document has no table of its objects, the update names none before it:
 * pdf.js then searches for the objects. Pure.
 */
export function showing(bytes: Uint8Array, refs: readonly string[]): Buffer {
  const previous = directoryOf(bytes);
  const number = (page: number) => first + 3 + page;
  const contents = 'q 9 0 0 9 0 0 cm /I Do Q';
  const objects = [
    `<< /Type /Catalog /Pages ${first + 1} 0 R >>`,
    `<< /Type /Pages /Count ${refs.length} /Kids [${refs.map((_, page) => `${number(page)} 0 R`).join(' ')}] >>`,
    `<< /Length ${contents.length} >>\nstream\n${contents}\nendstream`,
    ...refs.map((ref) => {
      const [object, generation] = ref.split('R');
      const resources = `<< /XObject << /I ${object} ${generation || 0} R >> >>`;
      return `<< /Type /Page /Parent ${first + 1} 0 R /MediaBox [0 0 9 9] /Contents ${first + 2} 0 R /Resources ${resources} >>`;
    }),
  ].map((object, i) => `${first + i} 0 obj\n${object}\nendobj\n`);
  let at = bytes.length + 1;
  const places = objects.map((object) => {
    const place = at;
    at += object.length;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const trailer = `<< /Size ${first + objects.length} /Root ${first} 0 R${previous === undefined ? '' : ` /Prev ${previous}`} >>`;
  const end = `xref\n${first} ${objects.length}\n${places.join('')}trailer\n${trailer}\nstartxref\n${previous === undefined ? 0 : at}\n%%EOF\n`;
  return Buffer.concat([bytes, Buffer.from(`\n${objects.join('')}${end}`)]);
}

/** Where the table of the objects (xref) lies; undefined if none lies where the end of the document says. */
function directoryOf(bytes: Uint8Array): number | undefined {
  const latin1 = (from: number, until?: number) =>
    Buffer.from(bytes.subarray(from, until)).toString('latin1');
  const at = Number(/startxref\s+(\d{1,10})\s+%%EOF\s*$/.exec(latin1(-100))?.[1]);
  return /^\s*(xref|\d+\s+\d+\s+obj)\s/.test(latin1(at, at + 60)) ? at : undefined;
}
