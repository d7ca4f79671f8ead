import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Inside, isOutOfMemory, Skip } from '../core/index.js';
import type { Budget } from './budget.js';
import { damaged } from './collect.js';
import type { Area, Layout } from './pdf-layout.js';
import { encodePng } from './png.js';

type Pdfium = typeof import('@hyzyla/pdfium');
type Library = Awaited<ReturnType<Pdfium['PDFiumLibrary']['init']>>;

/** A page that hashsieve must draw to see what it shows. */
export interface DrawnPage extends Layout {
  /** Its number, from 1. */
  readonly number: number;
}

/** Pixels of the longer side of a drawn page. */
const longerSide = 1600;
/** An area of a page with a shorter side, in pixels, is not cut out. */
const leastSide = 32;
/** Bytes of memory that PDFium may have. */
const mostMemory = 1_000_000_000;
const wasmPage = 65_536;

let loading: Promise<Library> | undefined;

/**
 * Loads PDFium, which is WebAssembly, with the first page that is drawn, and again after a crash. Raises
 * Skip('decoder-missing') if the package is not installed.
 */
function load(): Promise<Library> {
  loading ??= (async () => {
    let path: string;
    try {
      path = createRequire(import.meta.url).resolve('@hyzyla/pdfium/pdfium.wasm');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      throw new Skip(
        'decoder-missing',
        'pages are drawn by @hyzyla/pdfium, which is not installed: npm install @hyzyla/pdfium',
      );
    }
    const { PDFiumLibrary } = await import('@hyzyla/pdfium');
    const code = await readFile(path);
    return PDFiumLibrary.init({
      instantiateWasm(imports, done) {
        const module = new WebAssembly.Module(code);
        const instance = new WebAssembly.Instance(module, imports);
        limitMemory(instance.exports);
        // Its types leave out the first argument.
        (done as (instance: WebAssembly.Instance, module: WebAssembly.Module) => void)(instance, module);
        return {};
      },
    });
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** Limits the memory of PDFium, which could grow to 2 GB. When PDFium asks for more, it gets a RangeError. */
function limitMemory(exports: WebAssembly.Exports): void {
  for (const memory of Object.values(exports)) {
    if (!(memory instanceof WebAssembly.Memory)) continue;
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      if (memory.buffer.byteLength + pages * wasmPage > mostMemory) throw new RangeError('too much memory');
      return grow(pages);
    };
  }
}

/**
 * Draws pages as people see them, as PNG: `page-3`, and `page-3-area-1` for an area that touching pictures cover. A
 * page that PDFium cannot draw comes with the reason (`undecodable`). Raises Skip('decoder-missing') if PDFium is not
 * installed, and StageError('decode', 'archive-limit').
 */
export async function* drawnPages(
  bytes: Uint8Array,
  pages: readonly DrawnPage[],
  budget: Budget,
): AsyncGenerator<Inside> {
  const painter = new Painter(bytes);
  try {
    for (const page of pages) {
      budget.checkTime();
      const drawn = await painter.draw(page);
      if ('data' in drawn) yield* areasOf(drawn, page, budget);
      else {
        budget.member();
        yield { member: `page-${page.number}`, unread: drawn };
      }
    }
  } finally {
    painter.close();
  }
}

function* areasOf(drawn: Drawn, { number, joined }: DrawnPage, budget: Budget): Generator<Inside> {
  const whole: Area = { left: 0, top: 0, right: 1, bottom: 1 };
  for (const [i, area] of [whole, ...joined].entries()) {
    const cut = cutOut(drawn, area);
    if (i > 0 && Math.min(cut.width, cut.height) < leastSide) continue;
    budget.member();
    budget.spend(cut.data.length);
    yield { member: `page-${number}${i > 0 ? `-area-${i}` : ''}`, bytes: encodePng(cut, 3) };
  }
}

interface Drawn {
  readonly width: number;
  readonly height: number;
  /** RGB. */
  readonly data: Uint8Array;
}

type Document = Awaited<ReturnType<Library['loadDocument']>>;

/** A document while its pages are drawn; opened with the first, and anew after a crash. */
class Painter {
  #document: Document | undefined;

  constructor(readonly bytes: Uint8Array) {}

  /** Raises Skip('decoder-missing'). */
  async draw({ number }: DrawnPage): Promise<Drawn | ReturnType<typeof undrawn>> {
    const library = await load();
    try {
      this.#document ??= await library.loadDocument(this.bytes);
      const page = this.#document.getPage(number - 1);
      const { originalWidth, originalHeight } = page.getOriginalSize();
      if (!(originalWidth > 0 && originalHeight > 0)) throw new Error('it has no size');
      const scale = longerSide / Math.max(originalWidth, originalHeight);
      const side = (length: number) => Math.max(1, Math.round(length * scale));
      const [width, height] = [side(originalWidth), side(originalHeight)];
      const { data } = await page.render({ scale: 1, width, height, render: async ({ data }) => data });
      return { width, height, data: rgbOf(data, width * height) };
    } catch (error) {
      // After an error of WebAssembly itself, the state of the module is unknown.
      if ((error instanceof Error && error.name === 'RuntimeError') || isOutOfMemory(error)) {
        loading = undefined;
        this.#document = undefined;
      }
      return undrawn(error);
    }
  }

  close(): void {
    try {
      this.#document?.destroy();
    } catch {
      // Its module crashed, and is not used again.
    }
  }
}

const undrawn = (error: unknown) => ({
  ...damaged('the page cannot be drawn', error),
  code: 'undecodable',
});

/** Turns pixels from RGBA, which the wrapper of PDFium gives, into RGB: a page is opaque. */
function rgbOf(data: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let i = 0, o = 0; o < out.length; i += 4, o += 3) {
    out[o] = data[i]!;
    out[o + 1] = data[i + 1]!;
    out[o + 2] = data[i + 2]!;
  }
  return out;
}

function cutOut({ width, height, data }: Drawn, area: Area): Drawn {
  const [left, right] = [Math.round(area.left * width), Math.round(area.right * width)];
  const [top, bottom] = [Math.round(area.top * height), Math.round(area.bottom * height)];
  const stride = (right - left) * 3;
  const out = new Uint8Array(Math.max(0, stride * (bottom - top)));
  for (let y = top; y < bottom; y++)
    out.set(data.subarray((y * width + left) * 3, (y * width + right) * 3), (y - top) * stride);
  return { width: right - left, height: bottom - top, data: out };
}
