import { csv } from './csv.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { text } from './text.js';
import type { OutputFormat } from './types.js';

/** Every output format; `--format` takes their names. */
export const outputFormats = { text, json, jsonl, csv } satisfies Record<string, OutputFormat>;
export type OutputName = keyof typeof outputFormats;

/** The format that a file's extension chooses, or undefined. */
export function formatOfFile(path: string): OutputName | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  const names = Object.keys(outputFormats) as OutputName[];
  return names.find((name) => extension !== undefined && outputFormats[name].extensions.includes(extension));
}

export { type FingerprintRecord, fingerprintFormats, fingerprintRecords } from './fingerprints.js';
export { type Palette, plain } from './palette.js';
