import { Skip, StageError } from './errors.js';
import type { AssetRef } from './types.js';

/** Extensions of files that programs open as pictures. */
const extensions =
  'jpg jpeg jpe jfif pjpeg png apng gif webp avif avifs heic heif hif jxl bmp dib tif tiff tga psd psb jp2 j2k svg';
const named = new RegExp(`\\.(${extensions.replaceAll(' ', '|')})$`, 'i');

/** True for an asset whose name says that it is a picture. Pure. */
const isNamedLikePicture = ({ uri, member }: AssetRef): boolean =>
  named.test(member ?? (/^https?:/.test(uri) ? uri.replace(/[?#].*$/, '') : uri));

/**
 * The reason for which an asset was not looked at. A file with a picture's name that is no picture becomes a failure
 * instead of a skip. Pure.
 */
export function asNamed(ref: AssetRef, error: unknown): unknown {
  const isNone = error instanceof Skip && ['not-an-image', 'unknown-format'].includes(error.reason);
  if (!isNone || !isNamedLikePicture(ref)) return error;
  const message = `named like a picture, and no decoder knows it: ${error.message}`;
  return new StageError('decode', 'undecodable', message, { cause: error });
}
