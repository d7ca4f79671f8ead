import type { AssetRef } from './types.js';

/** How files are named that programs open as a picture. */
const extensions =
  'jpg jpeg jpe jfif pjpeg png apng gif webp avif avifs heic heif hif jxl bmp dib tif tiff tga psd psb jp2 j2k svg';
const named = new RegExp(`\\.(${extensions.replaceAll(' ', '|')})$`, 'i');

/** True for an asset whose name says that it is a picture. Pure. */
export const isNamedLikePicture = ({ uri, member }: AssetRef): boolean =>
  named.test(member ?? (/^https?:/.test(uri) ? uri.replace(/[?#].*$/, '') : uri));
