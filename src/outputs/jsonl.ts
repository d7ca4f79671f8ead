import type { OutputFormat } from './types.js';

/** One JSON object on each line. */
export const jsonl: OutputFormat = {
  extensions: ['jsonl', 'ndjson'],
  about: 'one JSON record a line',
  create: () => ({
    begin: () => '',
    record: (record) => `${asciiControls(JSON.stringify(record))}\n`,
    end: () => '',
  }),
};

/**
 * JSON.stringify leaves DEL, C1 controls and bidirectional marks as they are. Written as \uNNNN, they reach no
 * terminal.
 */
export const asciiControls = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
