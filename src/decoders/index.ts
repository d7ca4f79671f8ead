import { knownKindOf, Skip, StageError } from '../core/index.js';
import { magickTypes } from './magick-formats.js';
import { sharpDecoder } from './sharp.js';
import { emptyType } from './sniff.js';
import type { Decoded, DecodeLimits, Decoder, PictureDecoder } from './types.js';
import type { DecodedVideo, VideoSource } from './video.js';

/** A decoder whose module the program loads with the first picture of these media types: most runs see none. */
const loadedBy = (load: () => Promise<PictureDecoder>, ...mediaTypes: readonly string[]): Decoder => ({
  mediaTypes,
  decode: async (bytes, limits) => (await load()).decode(bytes, limits),
});

/** Every decoder by its name. Where several read a media type, the program uses the first. */
export const decoders = {
  sharp: sharpDecoder,
  apng: loadedBy(async () => (await import('./apng.js')).apngDecoder, 'image/apng'),
  bmp: loadedBy(async () => (await import('./bmp.js')).bmpDecoder, 'image/bmp'),
  heic: loadedBy(async () => (await import('./heic.js')).heicDecoder, 'image/heic', 'image/heif'),
  jxl: loadedBy(async () => (await import('./jxl.js')).jxlDecoder, 'image/jxl'),
  ico: loadedBy(async () => (await import('./ico.js')).icoDecoder, 'image/x-icon'),
  tga: loadedBy(async () => (await import('./tga.js')).tgaDecoder, 'image/x-tga'),
  ani: loadedBy(async () => (await import('./ani.js')).aniDecoder, 'image/x-ani'),
  pnm: loadedBy(async () => (await import('./pnm.js')).pnmDecoder, 'image/x-portable-anymap'),
  ...Object.fromEntries(
    magickTypes.map((type) => [
      `magick ${type}`,
      {
        mediaTypes: [type],
        decode: async (bytes: Uint8Array, limits: DecodeLimits) =>
          (await import('./magick.js')).decodeByMagick(bytes, type, limits),
      },
    ]),
  ),
} satisfies Record<string, Decoder>;

/** The decoder for a media type as `sniff` tells it; undefined where none reads it. */
export function decoderFor(mediaType: string): Decoder | undefined {
  return Object.values(decoders).find((decoder) => decoder.mediaTypes.includes(mediaType));
}

/** Documents and archives, which may hold pictures that no one has looked at. */
const containers = [
  'application/pdf',
  'application/postscript',
  'application/zip',
  'application/gzip',
  'application/x-bzip2',
  'application/x-xz',
  'application/zstd',
  'application/x-7z-compressed',
  'application/vnd.rar',
  'application/x-tar',
  'application/x-ole-storage',
  'application/ogg',
  'application/mxf',
  'application/vnd.adobe.flash',
  'application/vnd.rn-realmedia',
  'audio/mp4',
  'application/vnd.sqlite3',
  'application/vnd.microsoft.portable-executable',
  'application/x-elf',
  'application/x-mach-binary',
];

/**
 * What the decoders can do with a media type. `decodable`: one of them reads it. `unsupported`: it is a picture, a
 * video or a container that none of them reads, and the user must learn of it. `not-an-image`: the type never holds a
 * picture. `unknown`: everything else.
 */
export function classify(mediaType: string): 'decodable' | 'unsupported' | 'not-an-image' | 'unknown' {
  if (decoderFor(mediaType)) return 'decodable';
  if (/^(image|video)\//.test(mediaType) || containers.includes(mediaType)) return 'unsupported';
  return knownKindOf(mediaType) ? 'not-an-image' : 'unknown';
}

/**
 * Decodes the bytes of a file.
 * Raises Skip with `unsupported-format`, `unknown-format` or `not-an-image` where no decoder reads them,
 * StageError('decode', 'empty-file'), and what the decoder raises.
 * @param mediaType as `sniff` tells it.
 */
export async function decode(bytes: Uint8Array, mediaType: string, limits: DecodeLimits): Promise<Decoded> {
  if (mediaType === emptyType) throw new StageError('decode', 'empty-file', 'the file is empty');
  const decoder = decoderFor(mediaType);
  if (decoder) return decoder.decode(bytes, limits);
  const kind = classify(mediaType);
  if (kind === 'unsupported')
    throw new Skip('unsupported-format', `no decoder for ${mediaType}: the file was not looked at`);
  if (kind === 'unknown') throw new Skip('unknown-format', 'nobody knows what it is: it was not looked at');
  throw new Skip('not-an-image', `${mediaType} is no picture`);
}

/** Does the same as `decodeVideo` of video.ts. It loads that module with the first video. */
export const decodeVideo = async (source: VideoSource, limits: DecodeLimits): Promise<DecodedVideo> =>
  (await import('./video.js')).decodeVideo(source, limits);

export { isVideo } from './demuxers.js';
export { findFfmpeg } from './find-ffmpeg.js';
export { shareRoom } from './gate.js';
export { load } from './sharp.js';
export { loadSharp, requireSharp, sharpWayOut, whyNot } from './sharp-library.js';
export { emptyType, sniff, sniffLength, unknownType } from './sniff.js';
export { type Decoded, type DecodeLimits, type Decoder, defaultDecodeLimits } from './types.js';
