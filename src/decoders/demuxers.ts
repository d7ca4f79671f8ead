/** ffmpeg's reader of each media type, as `sniff` tells it. None of them follows an address in the file. */
export const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  // It says so itself, and may hold pictures all the same.
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

export const isVideo = (mediaType: string): boolean => Object.hasOwn(demuxers, mediaType);
