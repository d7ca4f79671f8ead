import { Skip, StageError } from '../core/errors.js';
import { apngDecoder } from './apng.js';
import { bmpDecoder } from './bmp.js';
import { heicDecoder } from './heic.js';
import { icoDecoder } from './ico.js';
import { jxlDecoder } from './jxl.js';
import { pnmDecoder } from './pnm.js';
import { sharpDecoder } from './sharp.js';
import { emptyType } from './sniff.js';
import { tgaDecoder } from './tga.js';
import type { Decoded, DecodeLimits, Decoder } from './types.js';

/** Every decoder; the first that reads a media type gets it. */
export const decoders = {
  sharp: sharpDecoder,
  apng: apngDecoder,
  bmp: bmpDecoder,
  heic: heicDecoder,
  jxl: jxlDecoder,
  ico: icoDecoder,
  tga: tgaDecoder,
  pnm: pnmDecoder,
} satisfies Record<string, Decoder>;

/** The decoder for a media type as `sniff` tells it. */
export function decoderFor(mediaType: string): Decoder | undefined {
  return Object.values(decoders).find((decoder) => decoder.mediaTypes.includes(mediaType));
}

/** Documents and archives, which may hold pictures that are not seen. */
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
];

/**
 * What can be done with a media type: `decodable`; `unsupported` for pictures, videos and containers of them that no
 * decoder reads, so that somebody must know that they were not seen; `not-an-image` for everything else.
 */
export function classify(mediaType: string): 'decodable' | 'unsupported' | 'not-an-image' {
  if (decoderFor(mediaType)) return 'decodable';
  if (/^(image|video)\//.test(mediaType) || containers.includes(mediaType)) return 'unsupported';
  return 'not-an-image';
}

/**
 * Decodes bytes of a media type as `sniff` told it. Raises Skip(`unsupported-format` or `not-an-image`),
 * StageError('decode', `empty-file`) and what the decoder raises.
 */
export async function decode(bytes: Uint8Array, mediaType: string, limits: DecodeLimits): Promise<Decoded> {
  if (mediaType === emptyType) throw new StageError('decode', 'empty-file', 'the file is empty');
  const decoder = decoderFor(mediaType);
  if (decoder) return decoder.decode(bytes, limits);
  if (classify(mediaType) === 'unsupported') {
    throw new Skip('unsupported-format', `no decoder for ${mediaType}: the file was not looked at`);
  }
  throw new Skip('not-an-image', `${mediaType} is no picture`);
}

export { sniff } from './sniff.js';
export { type Decoded, type DecodeLimits, type Decoder, defaultDecodeLimits } from './types.js';
export { decodeVideo, isVideo } from './video.js';
