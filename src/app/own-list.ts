import { reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { withListLock } from '../files/index.js';
import { algorithmBits } from '../fingerprints/index.js';
import { chooseFormat, headLength, linesOf, ObjectReader, openForReading } from '../lists/index.js';
import { exists, makePlaceFor, writeListFile } from './list-file.js';
import type { Plugins } from './plugins.js';

const builtIn: Plugins['reading'] = { algorithms: algorithmBits };

/**
 * Lists of the operator's own are in JSON lines: people can read them, `diff` compares them, every command accepts
 * them. Raises UsageError for a file of another format, which an added line would damage.
 */
export async function requireOwnList(path: string, reading: Plugins['reading'] = builtIn): Promise<void> {
  const head = await headOf(path);
  const [first] = head.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  if (first === undefined) return;
  const isLines = chooseFormat(head, { path, ...reading }) === 'jsonl';
  const [read] = new ObjectReader(reading).read(1, first);
  if (isLines && read && 'hashes' in read) return;
  throw new UsageError(
    `${printable(path)} is not a list in JSON lines: make one of it with hashsieve list export ${printable(path)} -o FILE.jsonl`,
  );
}

/**
 * Writes a list of the operator's own anew. `change` gets the lines of the list, none where the file does not exist
 * yet, and a function that writes lines. Two simultaneous changes run one after the other. Raises UsageError as
 * `requireOwnList` and `withListLock`; nothing is changed where `change` throws.
 */
export async function changeOwnList(
  path: string,
  change: (lines: AsyncIterable<string>, out: (text: string) => Promise<void>) => Promise<void>,
  reading?: Plugins['reading'],
): Promise<void> {
  await makePlaceFor(path);
  await withListLock(path, async () => {
    const known = await exists(path);
    if (known) await requireOwnList(path, reading);
    await writeListFile(path, (out) => change(known ? filledLines(path) : noLines(), out));
  });
}

async function* filledLines(path: string): AsyncGenerator<string> {
  for await (const line of linesOf(path)) if (line !== '') yield line;
}

async function* noLines(): AsyncGenerator<string> {}

async function headOf(path: string): Promise<string> {
  try {
    const file = await openForReading(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(headLength), 0, headLength, 0);
      return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/, '');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}
