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
 * pdf.js calls this method of ECMAScript 2024 for fonts that a document does not hold. Node 20 lacks it: the page would end with
 * the first such text, without a word.
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
      // A copy, because pdf.js takes it for its own.
      // A document asks for nothing: no script, no font, no file and no address is loaded for it.
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

/** What came of the pictures until now. */
interface Found {
  /** Pictures that were given. */
  number: number;
  /** Of these, those that do not decode. */
  failed: number;
  /** Objects that were shown, as pdf.js names them. */
  readonly refs: Set<string>;
  /** Pages that must be drawn to be seen. */
  readonly drawn: DrawnPage[];
  /** What stopped a page. */
  broken?: unknown;
}

/** Every picture that the pages show; of an `extra` document, of whose pages each shows one, no failure that is known. */
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

/** PDF documents: the pictures on their pages, and the files attached to them, by pdf.js (in `unpdf`, without a canvas). */
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
  // An update of an encrypted document would have to be encrypted, too.
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

/** Pages as people see them. Returns why they cannot be drawn, where nothing can draw them. */
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

/** A document without what stands before it: its places count from its header on. */
function fromHeader(bytes: Uint8Array): Uint8Array {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).subarray(0, 1030).indexOf('%PDF-');
  return bytes.subarray(Math.max(0, start));
}

/** Earlier versions of a document that are looked into. */
const mostVersions = 16;

/** Pictures that were replaced, by the end of the version that has them. */
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

/** The pictures of an earlier version of the document. */
async function* earlier(version: Uint8Array, refs: string[], budget: Budget, found: Found) {
  const own: Found = { number: found.number, failed: 0, refs: new Set(), drawn: [] };
  yield* within(showing(version, refs), budget, (pdf) => shown(pdf, budget, own, true));
  found.number = own.number;
  found.broken ??= own.broken;
}

/** What `work` finds in a document, which is closed after it. */
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

/** What turns a place of the page in user space into shares of its sides, from the top left. */
function sharesOf(page: Page): Matrix {
  const { transform, width, height } = page.getViewport({ scale: 1 });
  return transform.map(
    (value: number, i: number) => value / (i % 2 === 0 ? width : height),
  ) as unknown as Matrix;
}

/** Every picture that a page shows, once each, to be asked for; undefined for one that does not decode. */
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

/** pdf.js gives a picture when it is decoded, and nothing where that fails. */
function resolved(objects: Page['objs'], key: string, seconds: number): Promise<Picture | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000, undefined);
    objects.get(key, (found: Picture | null) => {
      clearTimeout(timer);
      resolve(found ?? undefined);
    });
  });
}

/** A picture as a file of its own, because it may be stored without what a file needs. */
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
