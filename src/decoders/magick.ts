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
/** The most pictures of one file. */
const mostPictures = 10_000n;
/** The most pixels a side. */
const longestSide = 100_000n;

let loading: Promise<Magick> | undefined;
let loads = 0;

/** ImageMagick as WASM, loaded with the first such file; after a crash loaded anew, under another address. Raises Skip('decoder-missing'). */
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
    // Beyond its limit of memory it would go on on disk, which in WebAssembly is memory: a file of 130 bytes took 2.7 GB.
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

/** What ImageMagick says where a limit is reached. */
const tooLarge = /WidthOrHeightExceedsLimit|CacheResourcesExhausted|ListLengthExceedsLimit|exceeds? limit/i;

/** Errors of ImageMagick are errors of the file; anything that WebAssembly itself raises is a crash of the module. */
function problem(error: unknown): StageError {
  if (error instanceof StageError) return error;
  if (error instanceof Error && error.name === 'RuntimeError') loading = undefined;
  if (isOutOfMemory(error)) return new StageError('decode', outOfMemoryCode, outOfMemoryMessage);
  const message = error instanceof Error ? error.message : String(error);
  if (tooLarge.test(message))
    return new StageError('decode', 'pixel-limit', `the picture is larger than a limit: ${message}`);
  return undecodable(`ImageMagick: ${message}`, error);
}

function attempt<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw problem(error);
  }
}

/** 8 bits a channel, in sRGB. */
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

/** A file whose pictures are read. */
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
   * Reads the first picture by itself: only then does the wrapper report warnings, which mean that the file is damaged.
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

  close(): void {
    try {
      this.#all?.dispose();
    } catch {
      // Its module crashed, and is not used again.
    }
  }
}

/**
 * What only ImageMagick reads, as WASM: every picture of the file; of a Photoshop file first the one of all layers. The
 * format comes from the bytes, and ImageMagick guesses none. Nothing can interrupt the reading: the time limit is
 * checked between pictures.
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
