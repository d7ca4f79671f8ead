import type { OptionSpec } from '../config/index.js';

/** Options for limits and for the search inside containers; a part of the one table in table.ts. */
export const limitSpecs = {
  archives: {
    flags: '--no-archives',
    kind: 'flag',
    default: true,
    about: 'do not look into archives (zip, 7z, rar, tar, gz, iso, docx, epub, …)',
  },
  pdf: { flags: '--no-pdf', kind: 'flag', default: true, about: 'do not look into PDF documents' },
  text: {
    flags: '--no-text',
    kind: 'flag',
    default: true,
    about: 'do not look for what e-mail and other text carry: attachments, data: addresses, base64',
  },
  thumbnails: {
    flags: '--no-thumbnails',
    kind: 'flag',
    default: true,
    about: 'do not look at thumbnails inside pictures, nor at pictures and videos behind them',
  },
  video: {
    flags: '--no-video',
    kind: 'flag',
    default: true,
    about: 'do not look at the frames of videos',
  },
  maxContainerBytes: {
    flags: '--max-container-bytes <size>',
    kind: 'bytes',
    default: 4_000_000_000,
    about:
      'largest local archive or video that is looked into; nothing in an archive may be larger than --max-bytes',
  },
  maxBytes: {
    flags: '--max-bytes <size>',
    kind: 'bytes',
    default: 100_000_000,
    about: 'largest asset that is read',
  },
  maxPixels: {
    flags: '--max-pixels <count>',
    kind: 'count',
    default: 100_000_000,
    about: 'largest picture that is decoded, width times height',
  },
  maxFrames: {
    flags: '--max-frames <count>',
    kind: 'count',
    default: 10_000,
    about: 'frames or pages that are looked at of one file; of more only some are, and the run is incomplete',
  },
  timeout: {
    flags: '--timeout <time>',
    kind: 'duration',
    most: '1h', // libvips takes no longer one, and some steps may take twenty times as long
    default: 30,
    about: 'time for one asset',
  },
  jobs: {
    flags: '-j, --jobs <count>',
    kind: 'count',
    about: 'assets in flight at once (default: processor cores + 2)',
  },
} as const satisfies Record<string, OptionSpec>;
