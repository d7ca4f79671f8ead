import { knownKindOf, Skip, StageError } from '../core/index.js';
import { magickTypes } from './magick-formats.js';
import { sharpDecoder } from './sharp.js';
import { emptyType } from './sniff.js';
import type { Decoded, DecodeLimits, Decoder, PictureDecoder } from './types.js';
import type { DecodedVideo, VideoSource } from './video.js';

/** A decoder that is loaded with the first picture of its kind: most runs see none. */
const loadedBy = (load: () => Promise<PictureDecoder>, ...mediaTypes: readonly string[]): Decoder => ({
  mediaTypes,
  decode: async (bytes, limits) => (await load()).decode(bytes, limits),
});

/** Every decoder. Of several that read a media type, the first is used. */
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

/** The decoder for a media type as `sniff` tells it. */
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
 * What the program does with a media type: `decodable`; `unsupported` for pictures, videos and their containers that no
 * decoder reads, which the user must learn of; `not-an-image` for types that never hold a picture; `unknown` for
 * everything else.
 */
export function classify(mediaType: string): 'decodable' | 'unsupported' | 'not-an-image' | 'unknown' {
  if (decoderFor(mediaType)) return 'decodable';
  if (/^(image|video)\//.test(mediaType) || containers.includes(mediaType)) return 'unsupported';
  return knownKindOf(mediaType) ? 'not-an-image' : 'unknown';
}

/**
 * Decodes bytes of a media type as `sniff` told it. Raises Skip(`unsupported-format`, `unknown-format` or `not-an-image`),
 * StageError('decode', `empty-file`) and what the decoder raises.
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

/** As `decodeVideo` of video.ts, which is loaded with the first video. */
export const decodeVideo = async (source: VideoSource, limits: DecodeLimits): Promise<DecodedVideo> =>
  (await import('./video.js')).decodeVideo(source, limits);

export { isVideo } from './demuxers.js';
export { findFfmpeg } from './find-ffmpeg.js';
export { shareRoom } from './gate.js';
export { load } from './sharp.js';
export { loadSharp, requireSharp, sharpWayOut, whyNot } from './sharp-library.js';
export { emptyType, sniff, sniffLength, unknownType } from './sniff.js';
export { type Decoded, type DecodeLimits, type Decoder, defaultDecodeLimits } from './types.js';
