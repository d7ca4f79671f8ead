import { type Inside, Skip, StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, damaged } from './collect.js';
import { distinctNames } from './names.js';
import { checkStreams } from './pdf-bombs.js';
import { layoutOf, type Matrix, type Operators } from './pdf-layout.js';
import { picturesIn, type Replaced, showing } from './pdf-objects.js';
import { type DrawnPage, drawnPages } from './pdf-pages.js';
import { encodePng } from './png.js';

type Document = Awaited<ReturnType<typeof import('unpdf')['getDocumentProxy']>>;
type Page = Awaited<ReturnType<Document['getPage']>>;

/** A picture as pdf.js gives it; `kind` 1 = grey of one bit, 2 = RGB, 3 = RGBA of 8 bits. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly kind: 1 | 2 | 3;
  readonly data: Uint8Array | Uint8ClampedArray | undefined;
  /** Its object, where it has one: `5R`. */
  readonly ref?: string;
}

/**
 * Adds `ArrayBuffer.prototype.transferToFixedLength` (ECMAScript 2024), which Node 20 lacks. pdf.js calls it for fonts
 * that a document does not hold. Without it, pdf.js would stop at the first such text of a page and report nothing.
 */
function lendTransfer(): void {
  if ('transferToFixedLength' in ArrayBuffer.prototype) return;
  Object.defineProperty(ArrayBuffer.prototype, 'transferToFixedLength', {
    configurable: true,
    writable: true,
    value(this: ArrayBuffer, length: number = this.byteLength): ArrayBuffer {
      const moved = structuredClone(this, { transfer: [this] });
      if (length === moved.byteLength) return moved;
      const copy = new Uint8Array(length);
      copy.set(new Uint8Array(moved, 0, Math.min(length, moved.byteLength)));
      return copy.buffer;
    },
  });
}

async function openDocument(bytes: Uint8Array, { limits }: Budget): Promise<Document> {
  const { getDocumentProxy } = await import('unpdf');
  lendTransfer();
  try {
    return await getDocumentProxy(Uint8Array.from(bytes), {
      // pdf.js gets a copy, because it takes the memory over. The options keep it from loading anything for a document:
      // no script, no font, no file and no address.
      disableFontFace: true,
      useSystemFonts: false,
      enableXfa: false,
      isOffscreenCanvasSupported: false,
      maxImageSize: limits.maxPixels,
      verbosity: 0,
    });
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException')
      throw new Skip('encrypted', 'the document cannot be read without its password');
    throw archiveDamaged(error);
  }
}

/** What `shown` has found so far. */
interface Found {
  /** How many pictures it has yielded. */
  number: number;
  /** How many of these pdf.js could not decode. */
  failed: number;
  /** The objects of the pictures, as pdf.js names them: `5R`. */
  readonly refs: Set<string>;
  /** The pages that hashsieve must draw to see what they show. */
  readonly drawn: DrawnPage[];
  /** The first error that stopped a page. */
  broken?: unknown;
}

/**
 * Yields every picture that the pages show. `isExtra` is true for a document of `showing`, whose pages show one picture
 * each: of its failures, the function leaves out as many as `found` already counts.
 */
async function* shown(pdf: Document, budget: Budget, found: Found, isExtra = false): AsyncGenerator<Inside> {
  const known = found.failed;
  let failed = 0;
  for (let at = 1; at <= pdf.numPages; at++) {
    budget.checkTime();
    try {
      const page = await pdf.getPage(at);
      const operators = await operatorsOf(page);
      const asks = picturesOf(page, operators, budget);
      const layout = layoutOf(operators, sharesOf(page));
      if (layout.isDrawn && !isExtra) found.drawn.push({ number: at, ...layout });
      for (const ask of isExtra && asks.length === 0 ? [async () => undefined] : asks) {
        const picture = await ask();
        if (picture?.ref !== undefined) found.refs.add(picture.ref);
        if (!picture && isExtra && ++failed <= known) continue;
        budget.member();
        found.number += 1;
        if (!picture) found.failed += 1;
        yield { member: `image-${found.number}`, ...fileOf(picture, budget) };
      }
      page.cleanup();
    } catch (error) {
      if (error instanceof StageError) throw error;
      found.broken ??= error;
    }
  }
}

/**
 * Yields what a PDF document holds: the pictures on its pages, its attached files, pictures that no page shows or that
 * a later version replaced, and drawn pages. pdf.js reads it (in `unpdf`, without a canvas). Raises what
 * `Container.open` does, StageError('fetch', 'too-large'), StageError('decode', 'pixel-limit'), StageError('decode',
 * 'undecodable') and Skip('decoder-missing').
 */
export async function* pdfPictures(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const { maxBytes, maxPixels } = budget.limits;
  if (store.size > maxBytes)
    throw new StageError('fetch', 'too-large', `a document larger than ${maxBytes} bytes`);
  const bytes = fromHeader(await store.read(0, store.size));
  await checkStreams(bytes, budget);
  const found: Found = { number: 0, failed: 0, refs: new Set(), drawn: [] };
  yield* within(bytes, budget, async function* (pdf) {
    yield* shown(pdf, budget, found);
    yield* attachments(pdf, budget);
  });
  const { refs, replaced, holdsTooLarge, isEncrypted } = picturesIn(bytes, maxPixels);
  const unseen = () => refs.filter((ref) => !found.refs.has(ref));
  const left = unseen();
  // `showing` cannot encrypt its update, as an encrypted document needs it.
  if (left.length > found.failed && !isEncrypted)
    yield* within(showing(bytes, left), budget, (pdf) => shown(pdf, budget, found, true));
  const versions = isEncrypted ? new Map<number, string[]>() : versionsOf(replaced);
  for (const [end, shownThere] of versions) yield* earlier(bytes.subarray(0, end), shownThere, budget, found);
  const undrawn = yield* drawn(bytes, found.drawn, budget);
  if (found.broken) throw archiveDamaged(found.broken);
  if (holdsTooLarge)
    throw new StageError(
      'decode',
      'pixel-limit',
      `a picture has more than ${maxPixels} pixels, or hides how many`,
    );
  const had = [...versions.values()].reduce((sum, { length }) => sum + length, 0);
  if (had < replaced.length)
    throw new StageError(
      'decode',
      'undecodable',
      'a picture of an earlier version of the document could not be had',
    );
  if (unseen().length > found.failed)
    throw new StageError(
      'decode',
      'undecodable',
      'a picture in it is shown by no page, and could not be had',
    );
  if (undrawn) throw undrawn;
}

/** Draws pages as people see them. Returns the Skip if PDFium is not installed; otherwise undefined. */
async function* drawn(
  bytes: Uint8Array,
  pages: readonly DrawnPage[],
  budget: Budget,
): AsyncGenerator<Inside, Skip | undefined> {
  try {
    yield* drawnPages(bytes, pages, budget);
  } catch (error) {
    if (error instanceof Skip) return error;
    throw error;
  }
  return undefined;
}

/** Cuts off the bytes before the header of a document: the places in it count from the header on. */
function fromHeader(bytes: Uint8Array): Uint8Array {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(0, 1030).indexOf('%PDF-');
  return bytes.subarray(Math.max(0, start));
}

/** The most earlier versions of one document that are opened. */
const mostVersions = 16;

/** Sorts replaced pictures by the version that shows them: the key is where this version ends, in bytes. */
function versionsOf(replaced: readonly Replaced[]): Map<number, string[]> {
  const versions = new Map<number, string[]>();
  for (const { ref, versionEnd } of replaced) {
    if (versionEnd === undefined || (versions.size === mostVersions && !versions.has(versionEnd))) continue;
    const known = versions.get(versionEnd);
    if (known) known.push(ref);
    else versions.set(versionEnd, [ref]);
  }
  return versions;
}

/** Yields replaced pictures (`refs`) from an earlier version of the document. */
async function* earlier(version: Uint8Array, refs: string[], budget: Budget, found: Found) {
  const own: Found = { number: found.number, failed: 0, refs: new Set(), drawn: [] };
  yield* within(showing(version, refs), budget, (pdf) => shown(pdf, budget, own, true));
  found.number = own.number;
  found.broken ??= own.broken;
}

/** Opens a document, yields what `work` finds in it, and closes it. */
async function* within(
  bytes: Uint8Array,
  budget: Budget,
  work: (pdf: Document) => AsyncIterable<Inside>,
): AsyncGenerator<Inside> {
  const pdf = await openDocument(bytes, budget);
  try {
    yield* work(pdf);
  } finally {
    await pdf.loadingTask.destroy();
  }
}

type Ask = () => Promise<Picture | undefined>;

type PageOperators = Operators & { readonly codes: Readonly<Record<string, number>> };

async function operatorsOf(page: Page): Promise<PageOperators> {
  const { getResolvedPDFJS } = await import('unpdf');
  const { OPS: codes } = await getResolvedPDFJS();
  const names = Object.fromEntries(Object.entries(codes).map(([name, code]) => [code, name]));
  const { fnArray, argsArray } = await page.getOperatorList();
  return { codes, names, fnArray, argsArray };
}

/** The matrix that turns a place in user space into shares of the page from its top left corner. */
function sharesOf(page: Page): Matrix {
  const { transform, width, height } = page.getViewport({ scale: 1 });
  return transform.map(
    (value: number, i: number) => value / (i % 2 === 0 ? width : height),
  ) as unknown as Matrix;
}

/** One function for each picture that a page shows. It gives the picture, or undefined if pdf.js cannot decode it. */
function picturesOf(
  page: Page,
  { codes: OPS, fnArray, argsArray }: PageOperators,
  { limits }: Budget,
): Ask[] {
  const seen = new Set<string>();
  return fnArray.flatMap((operator, at): Ask[] => {
    const [first] = (argsArray[at] ?? []) as [unknown];
    if (operator === OPS.paintInlineImageXObject || operator === OPS.paintInlineImageXObjectGroup)
      return [async () => first as Picture];
    const isNamed = operator === OPS.paintImageXObject || operator === OPS.paintImageXObjectRepeat;
    const key = String(first);
    if (!isNamed || seen.has(key)) return [];
    seen.add(key);
    const objects = key.startsWith('g_') ? page.commonObjs : page.objs;
    return [() => resolved(objects, key, limits.timeoutSeconds)];
  });
}

/** Waits until pdf.js has decoded a picture. Gives undefined if pdf.js fails, or after `seconds`. */
function resolved(objects: Page['objs'], key: string, seconds: number): Promise<Picture | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000, undefined);
    objects.get(key, (found: Picture | null) => {
      clearTimeout(timer);
      resolve(found ?? undefined);
    });
  });
}

/** Writes a picture as a PNG file: the document may store it without the header that a file needs. */
function fileOf(picture: Picture | undefined, budget: Budget): Pick<Inside, 'bytes' | 'unread'> {
  const { width = 0, height = 0, kind, data } = picture ?? {};
  const channels = kind && ({ 1: 1, 2: 3, 3: 4 } as const)[kind];
  if (!data || !channels || width * height === 0)
    return {
      unread: {
        ...damaged('the picture in the document does not decode, or is too large'),
        code: 'undecodable',
      },
    };
  const bits = kind === 1 ? 1 : 8;
  if (data.length < Math.ceil((width * channels * bits) / 8) * height)
    return { unread: { ...damaged('the picture in the document is cut'), code: 'undecodable' } };
  budget.spend(data.length);
  return {
    bytes: encodePng(
      { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) },
      channels,
      bits,
    ),
  };
}

async function* attachments(pdf: Document, budget: Budget): AsyncGenerator<Inside> {
  const found = (await pdf.getAttachments().catch(() => null)) as Record<
    string,
    { readonly filename?: string; readonly content?: Uint8Array }
  > | null;
  const distinct = distinctNames();
  for (const [name, { filename = name, content }] of Object.entries(found ?? {})) {
    if (!content) continue;
    budget.member();
    budget.spend(content.length);
    yield { member: distinct(filename), bytes: content };
  }
}
