import { csv } from './csv.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { junit } from './junit.js';
import { sarif } from './sarif.js';
import { text } from './text.js';
import type { OutputFormat } from './types.js';

/**
 * Every output format, by the name that `--format` takes.
 * @example
 * const writer = outputFormats.jsonl.create({ palette: plainPalette, verbose: false });
 * log.write(writer.record(record));
 */
export const outputFormats = { text, json, jsonl, csv, sarif, junit, github, gitlab } satisfies Record<
  string,
  OutputFormat
>;
/** Name of a format in `outputFormats`. */
export type OutputName = keyof typeof outputFormats;

/** Names of all output formats. */
export const outputNames = Object.keys(outputFormats) as readonly OutputName[];

/**
 * The format that a file's extension selects, or undefined. Of several formats with that extension (`json`), the one
 * that was asked for by name.
 * @example
 * formatOfFile('events.jsonl'); // 'jsonl'
 * formatOfFile('report.json', 'gitlab'); // 'gitlab'
 */
export function formatOfFile(path: string, asked?: string): OutputName | undefined {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  const fitting = outputNames.filter((name) =>
    outputFormats[name].extensions.some((one) => one === extension),
  );
  return fitting.find((name) => name === asked) ?? fitting[0];
}

export {
  type FingerprintRecord,
  fingerprintFormatNames,
  fingerprintFormats,
  fingerprintRecords,
  vpdqLine,
} from './fingerprints.js';
export { type Palette, plain } from './palette.js';
