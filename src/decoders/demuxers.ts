/** ffmpeg's demuxer for each media type that `sniff` recognises. None of them follows an address in the file. */
export const demuxers: Readonly<Record<string, string>> = {
  'video/mp4': 'mov',
  'video/quicktime': 'mov',
  // Such a file calls itself sound, but may hold pictures.
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
