import type { Metadata, SharpOptions } from 'sharp';
import { monotonic, outOfMemoryCode, StageError } from '../core/index.js';
import type { Bitmap, Frame, Orientation } from '../core/types.js';
import { type Batch, batches, Losses, mostFrames, sampleFrames, timeFor } from './frames.js';
import { pixelGate } from './gate.js';
import { paintTransparent, transparentColour } from './gif-transparency.js';
import { bitmapOf, rgbOfCmyk } from './pixels.js';
import { loadSharp, type Sharp } from './sharp-library.js';
import { sniff } from './sniff.js';
import { undecodable } from './stills.js';
import { beginningAt, chainsBeyond } from './tiff-chains.js';
import { eightBits, isLab, isWide, labAsRgb, rgbOfLab, type TiffPage, tiffPages } from './tiff-pages.js';
import type { Decoded, DecodeLimits, Decoder } from './types.js';
import { Unlike } from './unlike.js';

/** libvips' name for the loader of each media type. */
const formats = {
  'image/jpeg': 'Jpeg',
  'image/png': 'Png',
  'image/webp': 'Webp',
  'image/gif': 'Nsgif',
  'image/avif': 'Heif',
  'image/tiff': 'Tiff',
};

/**
 * The pixels of one batch of neighbouring frames. Batches are large because libvips decodes an animation anew for each,
 * from its beginning up to the end of the batch.
 */
const batchPixels = 16e6;
/** The most pixels of one batch of a long animation. */
const longBatchPixels = 48e6;
/** The decoder decodes a long animation in so many batches, where `longBatchPixels` allows it. */
const fewBatches = 8;

/** The most frames of a batch. `frames` is the number of wanted frames, `pixels` the size of one. */
function batchLength(frames: number, pixels: number): number {
  const wanted = Math.min(longBatchPixels, Math.max(batchPixels, (frames * pixels) / fewBatches));
  return Math.max(1, Math.floor(wanted / pixels));
}

let loaded: Sharp | undefined;

/**
 * Loads sharp and sets it up once per process: no cache, one thread a picture, no loader but those of `formats`. Raises
 * UsageError where sharp is missing or does not load.
 */
export function load(): Sharp {
  if (loaded) return loaded;
  const sharp = loadSharp();
  sharp.cache(false);
  sharp.concurrency(1);
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: Object.values(formats).map((name) => `VipsForeignLoad${name}Buffer`) });
  loaded = sharp;
  return sharp;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).trim();

/** Patterns of libvips' messages for failures that are no damage of the file, with the codes of their errors. */
const codes = [
  [/pixel limit/i, 'pixel-limit'],
  [/^timeout:/i, 'time-out'],
  [/out of memory|unable to allocate|bad_alloc/i, outOfMemoryCode],
] as const;

/** The error to raise for a failure of libvips. */
function problem(error: unknown): StageError {
  if (error instanceof StageError) return error;
  const message = messageOf(error);
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'undecodable';
  return new StageError('decode', code, `cannot decode the picture: ${message}`, { cause: error });
}

/** sharp's number for a page itself, as opposed to a picture below it. */
const noneBelow = -1;

/** False where a PNG surely declares no gamma and no primaries before its pixels. */
function maySayColours(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const pixels = head.indexOf('IDAT');
  const before = head.subarray(0, pixels < 0 ? head.length : pixels);
  return before.includes('gAMA') || before.includes('cHRM');
}

/** True for a TIFF whose samples libvips would cut to 0…255. */
const isCut = ({ format, depth, space }: Metadata) =>
  format === 'tiff' && isWide(depth) && space !== 'lab' && space !== 'labs';

const isAnimation = ({ format }: Metadata) => format === 'gif' || format === 'webp';

const isTiff = ([first, second]: Uint8Array) =>
  (first === 0x49 && second === 0x49) || (first === 0x4d && second === 0x4d);

/** True for an error that ends the whole asset, not only one frame: a limit, or memory. */
const isFinal = (error: StageError) => error.code !== 'undecodable';

/** The longest timer of Node in milliseconds. A longer one would end at once. */
const longestTimer = 2 ** 31 - 1;
/** The longest time limit that sharp accepts, in seconds. */
const mostSeconds = 3600;

/**
 * The bytes with the brand of a still picture in place of that of a sequence (`avis`), which libvips refuses, though such
 * a file holds a still picture too. What reads videos reads the sequence (containers/heif-video.ts).
 */
function asStill(bytes: Uint8Array): Uint8Array {
  const brand = 'ftypavis';
  for (let at = 0; at < brand.length; at++) if (bytes[4 + at] !== brand.charCodeAt(at)) return bytes;
  const still = Uint8Array.from(bytes);
  still[11] = 'f'.charCodeAt(0);
  return still;
}

/** One asset while libvips decodes it. */
class SharpPicture {
  #bytes: Uint8Array;
  #isDegraded = false;
  #isSampled = false;
  #millisecondsLeft: number;
  /** The pages of a TIFF as the file declares them; none for other formats. */
  readonly #pages: readonly TiffPage[];
  /** The number of pictures below a page of a TIFF, by the index of the page. */
  readonly #below = new Map<number, number>();

  constructor(
    bytes: Uint8Array,
    readonly limits: DecodeLimits,
  ) {
    this.#pages = isTiff(bytes) ? tiffPages(bytes) : [];
    this.#bytes = this.#pages.some(isLab) ? labAsRgb(bytes, this.#pages) : asStill(bytes);
    this.#millisecondsLeft = limits.timeoutSeconds * 1000;
  }

  readonly degraded = () => this.#isDegraded;
  readonly sampled = () => this.#isSampled;

  /**
   * Runs work of libvips on the asset's time. When the time is up, it raises StageError('decode', 'time-out'), even
   * where the work goes on because nothing can stop it. It raises other failures as `problem` names them.
   * @param work gets the most seconds that libvips may take.
   */
  async #timed<T>(work: (seconds: number) => Promise<T>): Promise<T> {
    const start = monotonic();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const fail = () =>
        reject(
          new StageError(
            'decode',
            'time-out',
            `the picture took longer than ${this.limits.timeoutSeconds} s to decode`,
          ),
        );
      timer = setTimeout(fail, Math.max(0, Math.min(this.#millisecondsLeft, longestTimer)));
    });
    try {
      const seconds = Math.ceil(this.#millisecondsLeft / 1000);
      return await Promise.race([work(Math.min(mostSeconds, Math.max(1, seconds))), late]);
    } catch (error) {
      throw problem(error);
    } finally {
      clearTimeout(timer);
      this.#millisecondsLeft -= monotonic() - start;
    }
  }

  /** The header of the first page. Where libvips refuses a cut WebP, it repairs the file first. */
  async firstHeader(): Promise<Metadata> {
    try {
      const header = await this.header(0);
      this.#noteBelow(0, header);
      return header;
    } catch (error) {
      if (sniff(this.#bytes) !== 'image/webp' || isFinal(problem(error))) throw error;
      const { repairWebp } = await import('./webp-repair.js');
      const repaired = repairWebp(this.#bytes);
      if (!repaired) throw error;
      this.#bytes = repaired;
      this.#isDegraded = true;
      return await this.header(0);
    }
  }

  /**
   * The header of a page, or of a picture below it. Raises StageError('decode', 'pixel-limit') before libvips decodes
   * any pixel, and StageError('decode', …) where the header cannot be read.
   */
  async header(page: number, below = noneBelow): Promise<Metadata> {
    const sharp = load();
    const options: SharpOptions = { failOn: 'none', limitInputPixels: false, page, tiff: { subifd: below } };
    const header = await this.#timed(() => sharp(this.#bytes, options).metadata());
    const pixels = header.width * header.height;
    if (pixels > this.limits.maxPixels) {
      throw new StageError(
        'decode',
        'pixel-limit',
        `the picture has ${header.width}×${header.height} pixels, more than the limit of ${this.limits.maxPixels}`,
      );
    }
    return header;
  }

  /**
   * Decodes the wanted frames of a batch.
   * @param failOn the least fault at which libvips refuses the file.
   * @param isManaged true to convert the colours through the profile of the file.
   */
  async #pixels(
    header: Metadata,
    batch: Batch,
    failOn: 'warning' | 'none',
    isManaged = false,
  ): Promise<Bitmap[]> {
    const sharp = load();
    const isCmyk = header.space === 'cmyk' && !isManaged;
    const isFloats = !isManaged && isCut(header);
    const { data, info } = await this.#timed((seconds) => {
      const options: SharpOptions = {
        failOn,
        ignoreIcc: !isManaged,
        limitInputPixels: Math.max(this.limits.maxPixels, longBatchPixels),
        page: batch.first,
        pages: batch.span,
        tiff: { subifd: batch.below ?? noneBelow },
      };
      const pipeline = sharp(this.#bytes, options)
        .timeout({ seconds })
        .raw(isFloats ? { depth: 'float' } : {});
      if (isCmyk) pipeline.pipelineColourspace('cmyk').toColourspace('cmyk');
      if (isFloats && header.space === 'scrgb') pipeline.pipelineColourspace('scrgb').toColourspace('scrgb');
      return pipeline.toBuffer({ resolveWithObject: true });
    });
    const { width, channels } = info;
    const height = info.height / batch.span;
    const stride = width * height * channels;
    const pixels = isFloats ? this.#cutTo8(data, header, batch) : data;
    const unseen = header.format === 'gif' && channels === 4 ? transparentColour(this.#bytes) : undefined;
    if (unseen) paintTransparent(pixels, unseen);
    return batch.wanted.map((index) => {
      const from = (index - batch.first) * stride;
      const frame = pixels.subarray(from, from + stride);
      if (isCmyk && channels === 4) return bitmapOf(width, height, 3, rgbOfCmyk(frame));
      if (channels !== 3 && channels !== 4) throw new TypeError(`sharp gave ${channels} channels`);
      const page = batch.below === undefined ? this.#pages[index] : undefined;
      if (page && isLab(page)) rgbOfLab(frame, channels, page);
      return bitmapOf(width, height, channels, frame);
    });
  }

  /**
   * Scales samples of 32-bit floats to 8 bits, as viewers do. Raises StageError('decode', 'undecodable') where libvips
   * has lost them.
   */
  #cutTo8(data: Buffer, { depth }: Metadata, { first, below }: Batch): Uint8Array {
    const whole = data.buffer.slice(data.byteOffset, data.byteOffset + data.length) as ArrayBuffer;
    const samples = new Float32Array(whole);
    // libvips turns every float of 16 bits into 0.
    if (samples.every((value) => value === 0))
      throw undecodable(`its samples of the kind ${depth} are not read`);
    const eight = eightBits(samples, depth === 'float' || depth === 'double');
    const isInverted = below === undefined && this.#pages[first]?.photometric === 0;
    return isInverted ? eight.map((level) => 255 - level) : eight;
  }

  /**
   * The frames of a batch as viewers show them. An entry is undefined or missing where that is nearly what the file
   * stores.
   */
  async #shown(header: Metadata, batch: Batch, bitmaps: readonly Bitmap[]): Promise<(Bitmap | undefined)[]> {
    if (header.space === 'cmyk' ? header.icc : header.space === 'scrgb' && isCut(header))
      return this.#pixels(header, batch, 'none', true).catch(() => []);
    const { icc, format } = header;
    if (!icc && !(format === 'png' && maySayColours(this.#bytes))) return [];
    const { pngColours, shownThrough, shownWith } = await import('./profile.js');
    if (icc) return Promise.all(bitmaps.map((bitmap) => shownThrough(bitmap, icc, load())));
    const colours = pngColours(this.#bytes);
    return colours ? bitmaps.map((bitmap) => shownWith(bitmap, colours)) : [];
  }

  /** Decodes a batch strictly, and where libvips then refuses the file, as far as the damage allows. */
  async #decodeBatch(header: Metadata, batch: Batch): Promise<Bitmap[]> {
    if (!this.#isDegraded) {
      try {
        return await this.#pixels(header, batch, 'warning');
      } catch (error) {
        if (isFinal(problem(error))) throw error;
      }
    }
    const bitmaps = await this.#pixels(header, batch, 'none');
    this.#isDegraded = true;
    return bitmaps;
  }

  /**
   * Yields the wanted frames of a batch, each once. Where the batch is damaged, it decodes frame by frame, so that the
   * good frames are not lost. For a frame that does not decode it yields the error.
   */
  async *#framesOf(header: Metadata, batch: Batch): AsyncGenerator<Frame | StageError> {
    const leave = await pixelGate.enter(header.width * header.height * batch.span);
    try {
      const bitmaps = await this.#decodeBatch(header, batch);
      const shown = await this.#shown(header, batch, bitmaps);
      for (const [i, index] of batch.wanted.entries()) {
        const orientation = (header.orientation ?? 1) as Orientation;
        yield { index, bitmap: bitmaps[i]!, orientation, ...(shown[i] && { shown: shown[i] }) };
      }
      return;
    } catch (error) {
      const failure = problem(error);
      if (isFinal(failure)) throw failure;
      this.#isDegraded = true;
      if (batch.span === 1) yield failure;
    } finally {
      leave();
    }
    if (batch.span === 1) return;
    for (const index of batch.wanted)
      yield* this.#framesOf(header, { first: index, span: 1, wanted: [index] });
  }

  /** The header of a batch. `first` is the header of the first page. Notes how many pictures are below the page. */
  async #headerOf(batch: Batch, first: Metadata): Promise<Metadata> {
    if (isAnimation(first) || (batch.first === 0 && batch.below === undefined)) return first;
    const header = await this.header(batch.first, batch.below);
    if (batch.below === undefined) this.#noteBelow(batch.first, header);
    return header;
  }

  #noteBelow(page: number, { subifds = 0 }: Metadata): void {
    if (subifds > 0) this.#below.set(page, subifds);
  }

  /** Yields the frames of a batch that decode, and counts the others in `losses`. */
  async *#counted(batch: Batch, first: Metadata, losses: Losses): AsyncGenerator<Frame> {
    try {
      for await (const frame of this.#framesOf(await this.#headerOf(batch, first), batch)) {
        if (frame instanceof StageError) losses.add(frame);
        else yield frame;
      }
    } catch (error) {
      const found = problem(error);
      if (isFinal(found)) throw found;
      losses.add(found);
      this.#isDegraded = true;
    }
  }

  /** The number of frames of a file of so many pages: these, and the pictures below pages whose header is read. */
  frames(pages: number): number {
    return [...this.#below.values()].reduce((sum, count) => sum + count, pages);
  }

  /**
   * Yields every wanted frame that decodes, then raises StageError('decode', 'undecodable') where others did not. Each
   * page of a TIFF or AVIF has its own header. The pictures below pages of a TIFF (SubIFDs, TIFF Technical Note 1) come
   * after all pages.
   */
  async *bitmaps(first: Metadata, pages: number): AsyncGenerator<Frame> {
    const pixels = first.width * first.height;
    const indices = this.#sample(
      pages,
      isAnimation(first) ? mostFrames(this.limits, pixels) : this.limits.maxFrames,
    );
    const most = isAnimation(first) ? batchLength(indices.length, pixels) : 1;
    const unlike = isAnimation(first) && pages > 1 ? new Unlike() : undefined;
    const losses = new Losses();
    for (const batch of batches(indices, most))
      for await (const frame of this.#counted(batch, first, losses))
        if (unlike?.isNew(frame.bitmap) !== false) yield frame;
    const below = this.#sample(this.frames(0), this.limits.maxFrames);
    for (const at of below)
      for await (const frame of this.#counted(this.#batchBelow(at), first, losses))
        yield { ...frame, index: pages + at };
    losses.end(indices.length + below.length);
  }

  /** Indices of at most `most` of `count` frames. Adds the time that so many frames get beyond that of one picture. */
  #sample(count: number, most: number): number[] {
    if (count > most) this.#isSampled = true;
    const { timeoutSeconds } = this.limits;
    this.#millisecondsLeft +=
      1000 * (timeFor(this.limits, Math.min(count, most)).timeoutSeconds - timeoutSeconds);
    return sampleFrames(count, most);
  }

  /** The batch of one picture below a page. `at` is its zero-based number among all pictures below pages. */
  #batchBelow(at: number): Batch {
    let below = at;
    for (const [page, count] of this.#below) {
      if (below < count) return { first: page, span: 1, wanted: [page], below };
      below -= count;
    }
    throw new RangeError(`nothing of number ${at} is below a page`);
  }
}

/** Decodes all pictures of a file that libvips reaches from its beginning. Raises as `PictureDecoder.decode`. */
async function fromBeginning(bytes: Uint8Array, limits: DecodeLimits) {
  const picture = new SharpPicture(bytes, limits);
  const header = await picture.firstHeader();
  const pages = header.pages ?? 1;
  const decoded: Decoded = {
    width: header.width,
    height: header.height,
    get frames() {
      return picture.frames(pages);
    },
    bitmaps: picture.bitmaps(header, pages),
    degraded: picture.degraded,
    sampled: picture.sampled,
  };
  return { decoded, isTiff: header.format === 'tiff' };
}

/**
 * Decodes JPEG, PNG, WebP, GIF, AVIF and TIFF by libvips, a binary inside sharp's npm packages. Raises as
 * `PictureDecoder.decode`, and UsageError where sharp is missing or does not load.
 */
export const sharpDecoder: Decoder = {
  mediaTypes: Object.keys(formats),
  async decode(bytes, limits): Promise<Decoded> {
    const { decoded, isTiff } = await fromBeginning(bytes, limits);
    const chains = isTiff ? chainsBeyond(bytes) : [];
    return chains.length > 0 ? withChains(decoded, bytes, chains, limits) : decoded;
  },
};

/**
 * A decoded TIFF with more pictures behind its own: those of the chains that libvips does not reach. libvips gets each
 * chain as a file of its own.
 */
function withChains(
  own: Decoded,
  bytes: Uint8Array,
  chains: readonly number[],
  limits: DecodeLimits,
): Decoded {
  const read = [own];
  async function* bitmaps(): AsyncGenerator<Frame> {
    const losses = new Losses();
    let before = 0;
    for (const [n, start] of [undefined, ...chains].entries()) {
      try {
        const one =
          start === undefined ? own : (await fromBeginning(beginningAt(bytes, start), limits)).decoded;
        if (n > 0) read.push(one);
        for await (const frame of one.bitmaps) yield { ...frame, index: before + frame.index };
        before += one.frames;
      } catch (error) {
        const failure = problem(error);
        if (isFinal(failure)) throw failure;
        losses.add(failure);
      }
    }
    losses.end(1 + chains.length);
  }
  return {
    width: own.width,
    height: own.height,
    get frames() {
      return read.reduce((sum, { frames }) => sum + frames, 0);
    },
    bitmaps: bitmaps(),
    degraded: () => read.some((one) => one.degraded()),
    sampled: () => read.some((one) => one.sampled?.() ?? false),
  };
}
