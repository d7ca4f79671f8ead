import { csv } from './csv.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { text } from './text.js';
import type { OutputFormat } from './types.js';

/**
 * Every output format, by the name that `--format` takes.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * log.write(writer.record(record));
 */
export const outputFormats = { text, json, jsonl, csv } satisfies Record<string, OutputFormat>;
/** Name of a format in `outputFormats`. */
export type OutputName = keyof typeof outputFormats;

/**
 * The format that a file's extension selects, or undefined.
 * @example
 * formatOfFile('events.jsonl'); // 'jsonl'
 */
export function formatOfFile(path: string): OutputName | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  const names = Object.keys(outputFormats) as OutputName[];
  return names.find((name) => extension !== undefined && outputFormats[name].extensions.includes(extension));
}

export { type FingerprintRecord, fingerprintFormats, fingerprintRecords, vpdqLine } from './fingerprints.js';
export { type Palette, plain } from './palette.js';
