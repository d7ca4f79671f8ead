/**
 * The name of ffmpeg's demuxer for each media type that ffmpeg reads here, as `sniff` tells it. None of these demuxers
 * follows an address in the file.
 */
export const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  // The brand of such a file says that it is sound, but it may hold pictures.
  'audio/mp4': 'mov',
  'video/webm': 'matroska',
  'video/x-matroska': 'matroska',
  'video/x-msvideo': 'avi',
  'video/x-flv': 'flv',
  'video/mpeg': 'mpeg',
  'video/mp2t': 'mpegts',
  'video/x-ms-asf': 'asf',
  'application/ogg': 'ogg',
};

/** True for a media type that `decodeVideo` reads. */
export const isVideo = (mediaType: string): boolean => Object.hasOwn(demuxers, mediaType);
