import { UsageError } from '../core/index.js';
import type { ListProblem } from './types.js';

/**
 * The longest line or record that is read, in characters. A longer one is a problem: a file without line ends must not
 * fill the memory.
 */
export const maxRecord = 1 << 20;

/** How many characters a format may examine to recognise its file. */
export const headLength = 1 << 16;

/** How many bytes tell what kind of file it is. */
const startLength = 4;

/**
 * Decodes bytes to text: UTF-16 where the byte-order mark says so, else UTF-8. Drops the mark. Raises UsageError for a
 * compressed or compiled file.
 */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let start = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (!decoder) {
      start = start.length === 0 ? new Uint8Array(chunk) : Buffer.concat([start, chunk]);
      if (start.length < startLength) continue;
      refuseBinary(start);
      decoder = new TextDecoder(encodingOf(start));
      yield decoder.decode(start, { stream: true });
    } else yield decoder.decode(chunk, { stream: true });
  }
  yield decoder ? decoder.decode() : new TextDecoder(encodingOf(start)).decode(start);
}

/** Read as text, such a file would be a list of bad lines. */
function refuseBinary([first, second, third]: Uint8Array): void {
  if (first === 0x1f && second === 0x8b)
    throw new UsageError('the file is packed with gzip: unpack it first');
  if (first === 0x50 && second === 0x4b && third! < 0x20)
    throw new UsageError('the file is a zip archive: unpack it first');
  if (first === 0x89)
    throw new UsageError('the file is a compiled list: give the list that it was compiled from');
}

function encodingOf(start: Uint8Array): string {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  return start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
}

/** The first `headLength` characters of a text, and a stream of the whole text. */
export async function peek(
  text: AsyncIterable<string>,
): Promise<{ head: string; all: AsyncIterable<string> }> {
  const iterator = text[Symbol.asyncIterator]();
  let head = '';
  let ended = false;
  while (!ended && head.length < headLength) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else head += next.value;
  }
  async function* all() {
    try {
      yield head;
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { head: head.slice(0, headLength), all: all() };
}

/** One line of a file; lines end with LF, CRLF or CR. */
export interface Line {
  /** One-based. */
  readonly line: number;
  readonly text: string;
  /** Set for the last line of a file without a final line end: the line may have been cut off. */
  readonly isLast?: true;
}

/** Splits text into batches of lines. A line that is too long becomes a problem, and its text is dropped. */
export async function* splitLines(text: AsyncIterable<string>): AsyncIterable<(Line | ListProblem)[]> {
  let rest = '';
  let line = 0;
  let dropping = false;
  const take = (batch: (Line | ListProblem)[], content: string, last = {}) => {
    line++;
    if (dropping) batch.push({ line, problem: 'the line is too long' });
    else batch.push({ line, text: content, ...last });
    dropping = false;
  };
  for await (const chunk of text) {
    const parts = (rest + chunk).split(/\r\n|\n|\r(?!$)/);
    rest = parts.pop()!;
    const batch: (Line | ListProblem)[] = [];
    for (const part of parts) take(batch, part);
    if (rest.length > maxRecord) {
      dropping = true;
      rest = rest.endsWith('\r') ? '\r' : '';
    }
    if (batch.length > 0) yield batch;
  }
  const batch: (Line | ListProblem)[] = [];
  const isCut = !rest.endsWith('\r');
  if (!isCut) rest = rest.slice(0, -1);
  if (rest !== '' || dropping) take(batch, rest, isCut ? { isLast: true } : {});
  if (batch.length > 0) yield batch;
}
