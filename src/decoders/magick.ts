import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOutOfMemory, outOfMemoryCode, outOfMemoryMessage, Skip, StageError } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import { magickFormatOf } from './magick-formats.js';
import { bitmapOf } from './pixels.js';
import { psdLength } from './psd-length.js';
import { decodedStills, type Read, undecodable } from './stills.js';
import type { Decoded, DecodeLimits } from './types.js';

type Magick = typeof import('@imagemagick/magick-wasm');
type Collection = import('@imagemagick/magick-wasm').IMagickImageCollection;
type Picture = Collection[number];

const name = '@imagemagick/magick-wasm';
/** The most bytes that ImageMagick may use for pixels. */
const mostMemory = 1_000_000_000n;
/** ImageMagick refuses a file with more pictures than this. */
const mostPictures = 10_000n;
/** The most pixels that a side of a picture may have. */
const longestSide = 100_000n;

let loading: Promise<Magick> | undefined;
let loads = 0;

/**
 * Loads ImageMagick (WASM) with the first such file. After a crash it loads the module again, under another address,
 * because Node keeps the crashed one under the first. Raises Skip('decoder-missing').
 */
function load(): Promise<Magick> {
  loading ??= (async () => {
    let code: string;
    try {
      code = createRequire(import.meta.url).resolve(`${name}/magick.wasm`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
      throw new Skip(
        'decoder-missing',
        `pictures of this kind are read by ${name}, which is not installed: npm install ${name}`,
      );
    }
    const address = pathToFileURL(join(dirname(code), '..', 'index.js'));
    if (loads > 0) address.search = `${loads}`;
    loads += 1;
    const magick = (await import(address.href)) as Magick;
    await magick.initializeImageMagick(await readFile(code));
    // Beyond its limit of memory ImageMagick would go on on disk, which in WebAssembly is memory too: a file of 130
    // bytes took 2.7 GB.
    const { ResourceLimits } = magick;
    ResourceLimits.disk = 0n;
    ResourceLimits.memory = mostMemory;
    ResourceLimits.maxMemoryRequest = mostMemory;
    ResourceLimits.listLength = mostPictures;
    ResourceLimits.width = longestSide;
    ResourceLimits.height = longestSide;
    return magick;
  })();
  loading.catch(() => {
    loading = undefined;
  });
  return loading;
}

/** The messages with which ImageMagick refuses a picture that exceeds a limit. */
const tooLarge = /WidthOrHeightExceedsLimit|CacheResourcesExhausted|ListLengthExceedsLimit|exceeds? limit/i;

/**
 * The error to raise for a failure inside ImageMagick. Its own errors are faults of the file. Where WebAssembly itself
 * raises one, the module has crashed: the next file loads it anew.
 */
function problem(error: unknown): StageError {
  if (error instanceof StageError) return error;
  if (error instanceof Error && error.name === 'RuntimeError') loading = undefined;
  if (isOutOfMemory(error)) return new StageError('decode', outOfMemoryCode, outOfMemoryMessage);
  const message = error instanceof Error ? error.message : String(error);
  if (tooLarge.test(message))
    return new StageError('decode', 'pixel-limit', `the picture is larger than a limit: ${message}`);
  return undecodable(`ImageMagick: ${message}`, error);
}

/** Calls `work`, and raises its failure as `problem` names it. */
function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw problem(error);
  }
}

/** The pixels of a picture in sRGB, 8 bits a channel. */
function bitmapOfPicture({ ColorSpace }: Magick, picture: Picture): Bitmap {
  const { width, height, hasAlpha } = picture;
  const plain: readonly number[] = [ColorSpace.sRGB, ColorSpace.Gray];
  if (!plain.includes(picture.colorSpace)) picture.colorSpace = ColorSpace.sRGB;
  const data = picture.getPixels((pixels) =>
    pixels.toByteArray(0, 0, width, height, hasAlpha ? 'RGBA' : 'RGB'),
  );
  const channels = hasAlpha ? 4 : 3;
  if (data?.length !== width * height * channels) throw undecodable('ImageMagick gave no pixels');
  return bitmapOf(width, height, channels, data);
}

/** A file whose pictures ImageMagick reads one by one. */
class Opened {
  #all: Collection | undefined;
  #isDamaged = false;

  constructor(
    readonly magick: Magick,
    readonly bytes: Uint8Array,
    readonly settings: InstanceType<Magick['MagickReadSettings']>,
    readonly limits: DecodeLimits,
  ) {}

  /**
   * Reads the first picture by itself. Only then does the package report ImageMagick's warnings, and a warning means
   * that the file is damaged.
   */
  #first(): Bitmap {
    const picture = this.magick.MagickImage.create();
    try {
      picture.onWarning = () => {
        this.#isDamaged = true;
        return 0;
      };
      picture.read(this.bytes, this.settings);
      return bitmapOfPicture(this.magick, picture);
    } finally {
      picture.dispose();
    }
  }

  /** Decodes the picture of a zero-based index. Raises StageError('decode', 'undecodable') where it is not there. */
  read(index: number): Read {
    this.magick.ResourceLimits.area = BigInt(Math.ceil(this.limits.maxPixels));
    if (index === 0) return { bitmap: this.#first(), isCut: this.#isDamaged };
    if (!this.#all) {
      this.#all = this.magick.MagickImageCollection.create();
      this.#all.read(this.bytes, this.settings);
    }
    const picture = this.#all[index];
    if (!picture) throw undecodable('the file ends before the picture');
    return { bitmap: bitmapOfPicture(this.magick, picture), isCut: this.#isDamaged };
  }

  /** Gives the memory of the pictures back to ImageMagick. */
  close(): void {
    try {
      this.#all?.dispose();
    } catch {
      // The module has crashed. Nothing calls it again.
    }
  }
}

/**
 * Decodes by ImageMagick (WASM) the formats that no other decoder here reads: every picture of the file. Of a Photoshop
 * file the first is the picture of all layers together. The media type and the bytes give the format, so ImageMagick
 * guesses none. Nothing can interrupt ImageMagick, so the decoder checks the time between pictures. Raises as
 * `PictureDecoder.decode`, Skip('decoder-missing'), and RangeError for a media type that is not among `magickTypes`.
 */
export async function decodeByMagick(
  bytes: Uint8Array,
  mediaType: string,
  limits: DecodeLimits,
): Promise<Decoded> {
  const magick = await load();
  const { MagickImageCollection, MagickReadSettings } = magick;
  const settings = new MagickReadSettings();
  settings.format = magickFormatOf(mediaType, bytes) as NonNullable<typeof settings.format>;
  magick.ResourceLimits.area = BigInt(Math.ceil(limits.maxPixels));
  const sizes = attempt(() => {
    const headers = MagickImageCollection.create();
    try {
      headers.ping(bytes, settings);
      return headers.map(({ width, height }) => ({ width, height }));
    } finally {
      headers.dispose();
    }
  });
  const opened = new Opened(magick, bytes, settings, limits);
  return decodedStills(
    sizes.map((size, index) => ({ ...size, read: () => attempt(() => opened.read(index)) })),
    limits,
    {
      close: () => opened.close(),
      isCut: mediaType === 'image/vnd.adobe.photoshop' && psdLength(bytes) > bytes.length,
    },
  );
}
