import { UsageError } from '../core/index.js';
import { keyTwice } from './json-keys.js';
import { type JsonRecord, JsonRecords } from './json-records.js';
import type { ListItem, ListProblem, ListWarning } from './types.js';

/**
 * Streams the records of a JSON list through `read`. Raises UsageError where the file is not JSON or ends early: no one
 * knows what is missing then, so the part must not pass for the list.
 * @param isSaid see `JsonRecords`.
 */
export async function* readJson(
  text: AsyncIterable<string>,
  arrays: readonly string[],
  read: (record: JsonRecord) => readonly ListItem[],
  isSaid?: (key: string) => boolean,
): AsyncIterable<readonly ListItem[]> {
  const records = new JsonRecords(arrays, isSaid);
  for await (const chunk of text) {
    let items: readonly (JsonRecord | ListProblem | ListWarning)[];
    try {
      items = records.push(chunk);
    } catch (error) {
      if (error instanceof RangeError)
        throw new UsageError(`line ${records.line}: the JSON is damaged: ${error.message}`);
      throw error;
    }
    yield items.flatMap((item) => {
      if (!('value' in item)) return [item];
      return item.repeated === undefined ? read(item) : [...read(item), keyTwice(item.line, item.repeated)];
    });
  }
  if (!records.complete)
    throw new UsageError(
      `line ${records.line}: the file ends in the middle (a broken download?): get it again`,
    );
}

/** A text or number of a record as text; undefined for an empty text and any other value. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value.trim() || undefined
    : typeof value === 'number'
      ? String(value)
      : undefined;

/** The value if it is an object, else an empty object. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** The objects of a value that should be an array of them. */
export const objectsOf = (value: unknown): Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map(objectOf) : [];
