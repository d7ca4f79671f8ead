import { Skip, StageError } from '../core/errors.js';
import type { Inside } from '../core/scan.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, damaged } from './collect.js';
import { distinctNames } from './names.js';
import { encodePng } from './png.js';
import type { Container } from './types.js';

type Document = Awaited<ReturnType<typeof import('unpdf')['getDocumentProxy']>>;
type Page = Awaited<ReturnType<Document['getPage']>>;

/** A picture as pdf.js gives it; `kind` 1 = grey of one bit, 2 = RGB, 3 = RGBA of 8 bits. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly kind: 1 | 2 | 3;
  readonly data: Uint8Array | Uint8ClampedArray | undefined;
}

async function openDocument(bytes: Uint8Array, { limits }: Budget): Promise<Document> {
  const { getDocumentProxy } = await import('unpdf');
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

async function* pictures(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const { maxBytes, maxPixels } = budget.limits;
  if (store.size > maxBytes)
    throw new StageError('fetch', 'too-large', `a document larger than ${maxBytes} bytes`);
  const bytes = await store.read(0, store.size);
  const pdf = await openDocument(bytes, budget);
  let broken: unknown;
  let number = 0;
  try {
    for (let at = 1; at <= pdf.numPages; at++) {
      budget.checkTime();
      try {
        const page = await pdf.getPage(at);
        for (const picture of await picturesOf(page, budget)) {
          budget.member();
          number += 1;
          yield { member: `image-${number}`, ...fileOf(await picture(), budget) };
        }
        page.cleanup();
      } catch (error) {
        if (error instanceof StageError) throw error;
        broken ??= error;
      }
    }
    yield* attachments(pdf, budget);
  } finally {
    await pdf.loadingTask.destroy();
  }
  if (broken) throw archiveDamaged(broken);
  if (holdsTooLarge(bytes, maxPixels))
    throw new StageError(
      'decode',
      'pixel-limit',
      `a picture has more than ${maxPixels} pixels, or hides how many`,
    );
}

/** Characters before a stream that its dictionary may take. */
const longestDictionary = 4096;

/**
 * True where a picture declares more pixels, or does not plainly say how many: pdf.js leaves such a picture out without
 * a word. Dictionaries of streams always stand in plain text (ISO 32000-1 § 7.5.7). Pure.
 */
function holdsTooLarge(bytes: Uint8Array, maxPixels: number): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  for (let at = text.indexOf('stream'); at >= 0; at = text.indexOf('stream', at + 6)) {
    const near = text.slice(Math.max(0, at - longestDictionary), at);
    const dictionary = near.slice(near.lastIndexOf(' obj') + 1);
    if (!/>>\s*$/.test(dictionary) || !/\/Image\b/.test(dictionary)) continue;
    const side = (name: string) =>
      new RegExp(`/${name}\\s+(\\d+)(?!\\d|\\s+\\d+\\s+R)`).exec(dictionary)?.[1];
    if (!(Number(side('Width')) * Number(side('Height')) <= maxPixels)) return true;
  }
  return false;
}

type Ask = () => Promise<Picture | undefined>;

/** Every picture that a page shows, once each, to be asked for; undefined for one that does not decode. */
async function picturesOf(page: Page, { limits }: Budget): Promise<Ask[]> {
  const { getResolvedPDFJS } = await import('unpdf');
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await page.getOperatorList();
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

/** PDF documents: the pictures on their pages, and the files attached to them, by pdf.js (in `unpdf`, without a canvas). */
export const pdfContainer: Container = {
  kind: 'pdf',
  mediaTypes: ['application/pdf'],
  isPicture: false,
  open: pictures,
};
