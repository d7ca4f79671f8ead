import { constants, createReadStream, promises as fs, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { displayUri, fileUri, UsageError, untilAborted } from '../core/index.js';
import { absolutePath } from './paths.js';

/** Where a list comes from: a file (or named pipe), or a stream such as standard input. */
export type ListInput =
  | { readonly path: string | Uint8Array }
  | { readonly stream: AsyncIterable<Uint8Array | string> };

/** A list that is ready to be read, once. */
export interface OpenedList {
  /** `file:` URI or `stdin:`. */
  readonly uri: string;
  readonly label: string;
  open(): AsyncIterable<Uint8Array | string>;
}

/** Checks that a list can be read. Raises UsageError, which names `flag` and the list, where it cannot. */
export async function openList(input: ListInput, cwd: string | undefined, flag: string): Promise<OpenedList> {
  if ('stream' in input) return { uri: 'stdin:', label: 'standard input', open: () => input.stream };
  const path = absolutePath(input.path, cwd);
  const uri = fileUri(path);
  const label = displayUri(uri);
  let isPipe: boolean;
  try {
    const stats = await fs.stat(path);
    isPipe = stats.isFIFO();
    if (stats.isDirectory())
      throw new UsageError(
        `${flag} ${label}: is a directory, not a list; name a file or - for standard input`,
      );
    await fs.access(path, constants.R_OK);
  } catch (error) {
    if (error instanceof UsageError || !(error instanceof Error && 'code' in error)) throw error;
    const why = error.code === 'ENOENT' ? 'no such file' : `cannot be read (${error.code})`;
    throw new UsageError(`${flag} ${label}: ${why}; name a readable file or - for standard input`);
  }
  return { uri, label, open: () => (isPipe ? openPipe(path) : createReadStream(path)) };
}

/** A waiting read of a file cannot be cancelled, and would keep the program from ending. A socket's read can. */
function openPipe(path: string | Uint8Array): Socket {
  const fd = openSync(path as Buffer, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/** One item of a list. `bytes` is absent where the item is longer than any path or URL can be. */
export interface Item {
  /** 1-based number of the line, or position in a NUL-separated list. */
  readonly number: number;
  readonly bytes?: Buffer;
}

/** The most bytes of one item. PATH_MAX is 4096, and servers refuse longer URLs. */
const maxItem = 65_536;

/**
 * Splits a stream of bytes at a separator. It holds one item at a time, and ends, without an error, when `signal`
 * aborts.
 */
export async function* splitItems(
  input: AsyncIterable<Uint8Array | string>,
  separator: number,
  signal?: AbortSignal,
): AsyncGenerator<Item> {
  let held: Buffer[] = [];
  let size = 0;
  let number = 1;
  const hold = (part: Buffer) => {
    size += part.length;
    if (size > maxItem) held = [];
    else held.push(Buffer.from(part));
  };
  const item = (): Item => {
    const whole = size > maxItem ? { number } : { number, bytes: Buffer.concat(held) };
    held = [];
    size = 0;
    number += 1;
    return whole;
  };
  for await (const chunk of untilAborted(input, signal)) {
    const bytes = Buffer.from(chunk as Uint8Array);
    let start = 0;
    for (let end = bytes.indexOf(separator); end !== -1; end = bytes.indexOf(separator, start)) {
      hold(bytes.subarray(start, end));
      start = end + 1;
      yield item();
      if (signal?.aborted) return;
    }
    hold(bytes.subarray(start));
  }
  if (size > 0 && !signal?.aborted) yield item();
}
