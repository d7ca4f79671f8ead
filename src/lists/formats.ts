import { csv } from './csv.js';
import { hex } from './hex.js';
import { json } from './json.js';
import { jsonl } from './jsonl.js';
import { matrix } from './matrix.js';
import { ncmec } from './ncmec.js';
import { stopncii } from './stopncii.js';
import type { ListFormat } from './types.js';
import { vics } from './vics.js';
import { vpdq } from './vpdq.js';

/** The formats of hash lists, in the order in which the reader tries them on a file. */
export const listFormats = { vpdq, ncmec, vics, stopncii, matrix, json, jsonl, hex, csv } satisfies Record<
  string,
  ListFormat
>;
/** Name of a format in `listFormats`. */
export type ListFormatName = keyof typeof listFormats;
