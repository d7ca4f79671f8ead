import { csv } from './csv.js';
import { hex } from './hex.js';
import { jsonl } from './jsonl.js';
import type { ListFormat } from './types.js';

/** The formats of hash lists, in the order in which they are tried on a file. */
export const listFormats = { jsonl, hex, csv } satisfies Record<string, ListFormat>;
export type ListFormatName = keyof typeof listFormats;
