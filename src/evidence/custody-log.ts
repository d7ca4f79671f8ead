import { createHash } from 'node:crypto';
import { printable } from '../core/index.js';
import type { CustodyRecord, NewRecord } from './types.js';

/**
 * The custody log is text with a JSON object a line; each holds the hash of the line before it. A second file, `head`,
 * holds the number of lines and the hash of the last one. It shows where somebody has cut off lines.
 */

/** The hash that the first line names as that of the line before it. */
const none = '0'.repeat(64);

/** SHA-256 of a line without its end, hex. */
export const lineHash = (line: string): string => createHash('sha256').update(line, 'utf8').digest('hex');

/** The content of a custody log. */
export interface CustodyLog {
  /** The lines that are records, oldest first. */
  readonly records: readonly CustodyRecord[];
  /** Hash of every line, in order. */
  readonly hashes: readonly string[];
  /** The faults of the log, a sentence each; empty where it is as it was written. */
  readonly damage: readonly string[];
  /** Length of all complete lines, in bytes. Behind them only an incomplete line can follow. */
  readonly wholeBytes: number;
}

/** Hash of the last line, hex; 64 zeros for an empty log. */
export const headOf = ({ hashes }: Pick<CustodyLog, 'hashes'>): string => hashes.at(-1) ?? none;

/** Text of the file `head`. */
export const headText = (log: Pick<CustodyLog, 'hashes'>): string =>
  `${JSON.stringify({ lines: log.hashes.length, sha256: headOf(log) })}\n`;

/**
 * Reads a custody log and compares the hash of every line with the one that the next line names. It leaves out an
 * incomplete last line: nobody did what that line was about to record.
 * @param head text of the file `head`; undefined where there is none
 */
export function readLog(bytes: Uint8Array, head: string | undefined): CustodyLog {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'latin1'));
  const hashes = lines.map((line) => createHash('sha256').update(line).digest('hex'));
  const damage: string[] = [];
  const records = lines.flatMap((line, i) => {
    const record = recordOf(line.toString('utf8'));
    if (!record || record.n !== i + 1) {
      damage.push(`line ${i + 1} of the custody log is no record of that number`);
      return [];
    }
    if (record.before !== (hashes[i - 1] ?? none))
      damage.push(
        i === 0
          ? 'the custody log does not begin with its first line'
          : `line ${i} of the custody log is not as it was written, or line ${i + 1} is not`,
      );
    return [record];
  });
  return { records, hashes, damage: [...damage, ...beyond(hashes, head)], wholeBytes: whole.length };
}

/** The faults that the file `head` shows. The log may have lines that `head` does not count yet. */
function beyond(hashes: readonly string[], head: string | undefined): string[] {
  if (head === undefined)
    return hashes.length === 0 ? [] : ['the file head, which counts the lines, is missing'];
  let said: { lines?: unknown; sha256?: unknown } = {};
  try {
    said = JSON.parse(head) ?? {};
  } catch {
    // The check below reports it.
  }
  const { lines, sha256 } = said;
  if (typeof lines !== 'number' || typeof sha256 !== 'string') return ['the file head is damaged'];
  if (lines > hashes.length)
    return [`the custody log has ${hashes.length} lines, and had ${lines}: the last ones are gone`];
  if ((lines === 0 ? none : hashes[lines - 1]) !== sha256)
    return [`line ${lines} of the custody log is not the one that the file head knows`];
  return [];
}

function recordOf(line: string): CustodyRecord | undefined {
  try {
    const value = JSON.parse(line) as CustodyRecord;
    const isRecord =
      typeof value?.n === 'number' &&
      typeof value.action === 'string' &&
      typeof value.at === 'string' &&
      typeof value.by === 'string' &&
      typeof value.before === 'string' &&
      (value.package === undefined || isId(value.package));
    return isRecord ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for the id of a package; only such a text becomes part of a path. */
export const isId = (text: unknown): text is string =>
  typeof text === 'string' && /^\d{8}T\d{6}Z-[0-9a-f]{8}$/.test(text);

/**
 * Makes the next line of a log, without its line break.
 * @param now milliseconds since 1970
 */
export function nextLine(log: Pick<CustodyLog, 'hashes'>, record: NewRecord, now: number): string {
  const by = printable(record.by);
  return JSON.stringify({
    n: log.hashes.length + 1,
    at: new Date(now).toISOString(),
    ...record,
    by,
    before: headOf(log),
  });
}
