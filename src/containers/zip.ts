import { type Inside, Skip, StageError } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged } from './collect.js';
import { distinctNames } from './names.js';
import { bytesAt } from './zip-bytes.js';
import { createUnpack } from './zip-data.js';
import { type Entry, readDirectory, type Span } from './zip-directory.js';
import { createDoubts } from './zip-doubts.js';
import { readEntry } from './zip-entry.js';
import type { Reading } from './zip-member.js';
import { inRecord } from './zip-notes.js';
import { endOfPadding } from './zip-padding.js';
import { walkLocals } from './zip-walk.js';

/**
 * Algorithms that scramble fonts only, so that they hide no picture (EPUB Open Container Format, 4.4; Adobe's older
 * one).
 */
const ofFonts = ['http://www.idpf.org/2008/embedding', 'http://ns.adobe.com/pdf/enc#RC'];

/**
 * Whether this member says that other members are encrypted. Documents encrypt members without a flag in their headers
 * (OpenDocument 1.2 part 3, 4.4; EPUB Open Container Format, 3.5.2.2). Pure.
 */
function tellsOfEncryption({ member, bytes }: Inside): boolean {
  if (!bytes || !/^META-INF\/(manifest|encryption)\.xml(~\d+)?$/i.test(member!)) return false;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (/manifest/i.test(member!)) return /<(\w+:)?encryption-data[\s>]/.test(text);
  const algorithms = text.matchAll(/EncryptionMethod\s+Algorithm\s*=\s*["']([^"']+)/g);
  return [...algorithms].some(([, algorithm]) => !ofFonts.includes(algorithm!));
}

/**
 * Yields the members of a zip file, which docx, xlsx, pptx, odt, epub, cbz, jar and apk files are too. Programs that
 * read zip files trust different records. This reader yields every member that one of them could find. A file that
 * programs could read differently ends with StageError('decode', 'archive-damaged'). Raises what `Container.open` does.
 */
export async function* zipMembers(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const doubts = createDoubts();
  const unpack = createUnpack(store, budget);
  const reading = { store, budget, doubts, unpack, distinct: distinctNames() };
  let isLocked = false;
  try {
    for await (const inside of everything(reading)) {
      isLocked ||= tellsOfEncryption(inside);
      yield inside;
    }
    const message = doubts.message();
    if (message)
      throw new StageError(
        'decode',
        'archive-damaged',
        `what the archive says and what it holds differ: ${message}`,
      );
    if (isLocked) throw new Skip('encrypted', 'the document says that parts of it are encrypted');
  } catch (error) {
    throw archiveDamaged(error);
  }
}

/**
 * Goes through the file from its first byte to its last. Each byte should belong to a member, a record or known
 * padding; in the others, the function looks for members that no directory names.
 */
async function* everything(reading: Reading): AsyncGenerator<Inside> {
  const { store, budget, doubts } = reading;
  const { entries, records, isCut } = await readDirectory(store, budget, doubts);
  const isZip = (await bytesAt(store, 0, 2)).toString('latin1') === 'PK';
  const parts: (Entry | Span)[] = [...entries, ...records].sort((a, b) => a.at - b.at);
  let before: Entry | Span | undefined;
  let accounted = 0;
  let walked = 0;
  for (const part of parts) {
    yield* unaccounted(
      { from: accounted, to: Math.min(part.at, store.size), isForeign: accounted === 0 && !isZip },
      reading,
    );
    if (part.at < accounted) {
      const isSame = before?.at === part.at;
      doubts.note(
        isSame ? `two names for the bytes at ${part.at}` : `members or records overlap at byte ${part.at}`,
      );
    }
    if (!('method' in part)) yield* inRecord(part, reading);
    const { end, doubtfulFrom } =
      'method' in part ? yield* readEntry(part, reading) : { ...part, doubtfulFrom: undefined };
    // `walked` keeps the loop from searching bytes twice: members that overlap would make it endless.
    if (doubtfulFrom !== undefined && end > walked) {
      yield* walkLocals(
        { from: Math.max(doubtfulFrom, walked), to: Math.min(end, store.size), isForeign: false },
        reading,
      );
      walked = end;
    }
    accounted = Math.max(accounted, end);
    before = part;
  }
  yield* unaccounted({ from: accounted, to: store.size, isForeign: accounted === 0 && !isZip }, reading);
  if (isCut)
    throw new StageError('decode', 'archive-limit', 'its directory is too large to be read as a whole');
}

/** Looks for members in bytes that belong to no member and no record. Notes these bytes unless they are padding. */
async function* unaccounted(
  { from, to, isForeign }: Parameters<typeof walkLocals>[0],
  reading: Reading,
): AsyncGenerator<Inside> {
  if (from >= to) return;
  const padded = await endOfPadding(reading.store, { from, to }, reading.budget);
  if (padded === to) return;
  if (!isForeign) reading.doubts.note(`the bytes from ${padded} to ${to} belong to no member and no record`);
  yield* walkLocals({ from: padded, to, isForeign }, reading);
}
