import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage, Skip, StageError } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { boxesOf } from './boxes.js';
import { heifProfiles } from './heif-profiles.js';
import { packageFolder } from './optional.js';
import { bitmapOf } from './pixels.js';
import { loadSharp } from './sharp-library.js';
import { decodedStills, type Read, undecodable } from './stills.js';
import type { Decoded, PictureDecoder } from './types.js';

/** The outcome of a call to libheif: a code, which may say that the call succeeded, and a message. */
type Failure = { readonly code: { readonly value: number }; readonly message: string };
/** A decoded picture in libheif's memory. Every channel has its own rows, each `stride` bytes long. */
type Decoding = {
  readonly image: object;
  readonly channels: readonly {
    readonly id: object;
    readonly width: number;
    readonly height: number;
    readonly stride: number;
    readonly data: Uint8Array;
  }[];
};

/**
 * The part of libheif-js that this module calls. It avoids the package's own wrapper, which prints to standard output.
 */
interface Libheif {
  readonly ready?: Promise<unknown>;
  readonly heif_error_code: { readonly heif_error_Ok: object };
  readonly heif_colorspace: { readonly heif_colorspace_RGB: object };
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: object };
  readonly heif_channel: { readonly heif_channel_interleaved: object };
  heif_context_alloc(): object | null;
  heif_context_free(context: object): void;
  heif_context_read_from_memory(context: object, bytes: Uint8Array): Failure;
  heif_js_context_get_list_of_top_level_image_IDs(context: object): number[] | Failure;
  heif_js_context_get_image_handle(context: object, id: number): object | Failure;
  heif_image_handle_get_width(handle: object): number;
  heif_image_handle_get_height(handle: object): number;
  heif_image_handle_release(handle: object): void;
  heif_image_release(image: object): void;
  heif_js_decode_image2(
    handle: object,
    colours: object,
    chroma: object,
  ): Decoding | Failure | Promise<Decoding | Failure>;
}

let loading: Promise<Libheif> | undefined;

/** Loads libheif (WASM inside JavaScript) with the first such file. Raises Skip('decoder-missing'). */
function load(): Promise<Libheif> {
  loading ??= (async () => {
    const path = packageFolder('libheif-js', 'HEIC');
    const silent = { print: () => {}, printErr: () => {} };
    const lib: Libheif = createRequire(import.meta.url)(join(path, 'libheif-wasm', 'libheif-bundle.js'))(
      silent,
    );
    await lib.ready;
    return lib;
  })();
  return loading;
}

const hasFailed = (answer: object): answer is Failure => 'code' in answer;

/** A file that libheif has opened. `close` gives its memory back. */
class HeifFile {
  readonly #handles: { readonly id: number; readonly handle: object }[] = [];
  /** Pictures that the file names but libheif does not find. */
  readonly lost: StageError[] = [];
  readonly #context: object;

  /** Opens the file. Raises StageError('decode', 'undecodable') where libheif finds no picture in it. */
  constructor(
    readonly lib: Libheif,
    bytes: Uint8Array,
  ) {
    const context = lib.heif_context_alloc();
    if (!context) throw undecodable('no memory for it');
    this.#context = context;
    const answer = lib.heif_context_read_from_memory(context, bytes);
    if (answer.code !== lib.heif_error_code.heif_error_Ok) {
      this.close();
      throw undecodable(answer.message);
    }
    const ids = lib.heif_js_context_get_list_of_top_level_image_IDs(context);
    for (const id of Array.isArray(ids) ? ids : []) {
      const handle = lib.heif_js_context_get_image_handle(context, id);
      if (hasFailed(handle)) this.lost.push(undecodable(handle.message));
      else this.#handles.push({ id, handle });
    }
    if (this.#handles.length === 0) {
      this.close();
      throw undecodable('no picture in the HEIF file');
    }
  }

  /** The id and the size in pixels of every picture, after libheif has turned and cropped it. */
  pictures(): { id: number; width: number; height: number }[] {
    return this.#handles.map(({ id, handle }) => ({
      id,
      width: this.lib.heif_image_handle_get_width(handle),
      height: this.lib.heif_image_handle_get_height(handle),
    }));
  }

  /** Decodes one of `pictures`. Raises StageError('decode', 'undecodable'). */
  async bitmap(index: number): Promise<Bitmap> {
    const { lib } = this;
    const answer = await lib.heif_js_decode_image2(
      this.#handles[index]!.handle,
      lib.heif_colorspace.heif_colorspace_RGB,
      lib.heif_chroma.heif_chroma_interleaved_RGBA,
    );
    if (!answer || hasFailed(answer)) throw undecodable(answer?.message ?? 'libheif gave nothing');
    const plane = answer.channels.find(({ id }) => id === lib.heif_channel.heif_channel_interleaved);
    if (!plane || plane.width < 1 || plane.height < 1) throw undecodable('libheif gave no pixels');
    const { width, height, stride } = plane;
    const data = new Uint8Array(width * height * 4);
    for (let y = 0; y < height; y++) {
      data.set(plane.data.subarray(y * stride, y * stride + width * 4), y * width * 4);
    }
    lib.heif_image_release(answer.image);
    return bitmapOf(width, height, 4, data);
  }

  /** Gives the memory of the file back to libheif. */
  close(): void {
    for (const { handle } of this.#handles.splice(0)) this.lib.heif_image_handle_release(handle);
    this.lib.heif_context_free(this.#context);
  }
}

/**
 * The error to raise for a failure inside libheif. The next file loads the module anew, because it may have crashed.
 */
function problem(error: unknown): StageError | Skip {
  if (error instanceof StageError || error instanceof Skip) return error;
  loading = undefined;
  if (isOutOfMemory(error)) return new StageError('decode', outOfMemoryCode, outOfMemoryMessage);
  return undecodable(`libheif failed: ${error instanceof Error ? error.message : String(error)}`, error);
}

/** Opens the file, calls `work` with it, and closes it. */
async function withFile<T>(bytes: Uint8Array, work: (file: HeifFile) => T | Promise<T>): Promise<T> {
  let file: HeifFile | undefined;
  try {
    file = new HeifFile(await load(), bytes);
    return await work(file);
  } catch (error) {
    throw problem(error);
  } finally {
    try {
      file?.close();
    } catch {
      // The module has crashed. Nothing calls it again.
    }
  }
}

/** The picture as viewers show it through its profile. Undefined where that is nearly what libheif gave. */
async function shownAs(bitmap: Bitmap, profile: Uint8Array | undefined): Promise<Bitmap | undefined> {
  if (!profile) return undefined;
  const { shownThrough } = await import('./profile.js');
  return shownThrough(bitmap, profile, loadSharp());
}

/**
 * Decodes HEIC and HEIF by libheif as WASM: every top-level picture, and also as its colour profile shows it. libheif
 * turns the pictures as the file says. The EXIF orientation says the same, so the decoder leaves it alone. Nothing can
 * interrupt the decoding of one picture, so the decoder checks the time between pictures. Raises as
 * `PictureDecoder.decode`, and Skip('decoder-missing').
 */
export const heicDecoder: PictureDecoder = {
  async decode(bytes, limits): Promise<Decoded> {
    const boxes = boxesOf(bytes);
    const profiles = heifProfiles(bytes);
    const { pictures, lost } = await withFile(bytes, (file) => ({
      pictures: file.pictures(),
      lost: file.lost,
    }));
    const stills = pictures.map(({ id, width, height }, index) => ({
      width,
      height,
      read: async (): Promise<Read> => {
        const bitmap = await withFile(bytes, (file) => file.bitmap(index));
        return { bitmap, shown: await shownAs(bitmap, profiles.get(id)) };
      },
    }));
    return decodedStills(stills, limits, { isCut: boxes.isCut, lost });
  },
};
