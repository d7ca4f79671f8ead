/** ImageMagick's name for the format of each media type. JPEG 2000 and Photoshop have two formats each. */
const formats: Readonly<Record<string, string>> = {
  'image/jp2': 'JP2',
  'image/vnd.adobe.photoshop': 'PSD',
  'image/x-pcx': 'PCX',
  'image/x-dcx': 'DCX',
  'image/x-sgi': 'SGI',
  'image/x-sun-raster': 'SUN',
  'image/fits': 'FITS',
  'image/vnd.wap.wbmp': 'WBMP',
  'image/x-xbitmap': 'XBM',
  'image/x-xpixmap': 'XPM',
  'image/x-pict': 'PICT',
  'image/x-dpx': 'DPX',
  'image/x-cineon': 'CIN',
  'image/vnd.ms-dds': 'DDS',
  'image/x-exr': 'EXR',
  'image/vnd.radiance': 'HDR',
  'image/x-portable-floatmap': 'PFM',
  'image/x-miff': 'MIFF',
  'image/x-viff': 'VIFF',
  'image/x-vicar': 'VICAR',
  'image/x-pgx': 'PGX',
  'image/qoi': 'QOI',
  'image/x-farbfeld': 'FARBFELD',
  'image/x-xcf': 'XCF',
  'image/x-jng': 'JNG',
  'image/x-mng': 'MNG',
  // LibRaw, which reads these inside ImageMagick, tells the cameras apart itself.
  'image/x-canon-cr2': 'CR2',
  'image/x-canon-cr3': 'CR3',
  'image/x-canon-crw': 'CRW',
  'image/x-fuji-raf': 'RAF',
  'image/x-panasonic-rw2': 'RW2',
  'image/x-olympus-orf': 'ORF',
  'image/x-minolta-mrw': 'MRW',
  'image/x-sigma-x3f': 'X3F',
  'image/x-adobe-dng': 'DNG',
};

/** The media types that ImageMagick reads here, as `sniff` tells them. */
export const magickTypes = Object.keys(formats);

/**
 * ImageMagick's name for the format of a file. Where a media type has two formats, the first bytes decide. Raises
 * RangeError for a media type that is not among `magickTypes`.
 */
export function magickFormatOf(mediaType: string, bytes: Uint8Array): string {
  const format = formats[mediaType];
  if (!format) throw new RangeError(`ImageMagick is not asked for ${mediaType}`);
  if (format === 'JP2' && bytes[0] === 0xff) return 'J2K';
  if (format === 'PSD' && bytes[5] === 2) return 'PSB';
  return format;
}
