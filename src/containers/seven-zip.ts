import { createHash } from 'node:crypto';
import { archiveKind, type Inside, Skip, StageError } from '../core/index.js';
import type { ByteStore, Unread } from '../core/types.js';
import { Budget } from './budget.js';
import { carve } from './carve/index.js';
import { type Collected, collect, damaged } from './collect.js';
import { type Reading, readingsOf } from './disc.js';
import { distinctNames } from './names.js';
import { linksIn, sevenZipLog } from './seven-zip-log.js';
import { runSevenZip, sevenZipMemory } from './seven-zip-process.js';
import { memoryStore } from './store.js';
import { Told } from './told.js';
import type { Unaccounted } from './types.js';

/** Bytes at the beginning of a file that show the format of an archive. */
export const headLength = 1 << 16;

/** Fewer bytes than this hold no picture in which anybody could see anything. */
const tooFewBytes = 32;

/**
 * Yields the members of an archive that 7-Zip reads. Its first bytes show the format. Raises what `Container.open`
 * does.
 */
export async function* sevenZipMembers(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const kind = archiveKind(await store.read(0, headLength));
  if (!kind) throw new StageError('decode', 'archive-damaged', 'its beginning is no archive any more');
  const distinct = distinctNames();
  const isDisc = kind.format === 'Iso' || kind.format === 'Udf';
  const readings = isDisc ? await readingsOf(kind.format, store) : [{ format: kind.format, store }];
  const isNew = readings.length > 1 ? firstSeen() : () => true;
  for (const reading of readings)
    for await (const { member, ...got } of membersOf(reading, budget))
      if (!got.bytes || isNew(got.bytes)) {
        if (got.bytes) await noteTold(got.bytes, store, budget);
        yield { member: distinct(member!), ...got };
      }
}

/** The members that `sevenZipMembers` yielded from each archive. */
const told = new WeakMap<ByteStore, Told>();

function toldOf(store: ByteStore): Told {
  const before = told.get(store);
  if (before) return before;
  const fresh = new Told();
  told.set(store, fresh);
  return fresh;
}

/**
 * Remembers a member and the files that begin within it, which its own search yields: where the archive stores the
 * member unpacked, the search of the archive comes upon them again.
 */
async function noteTold(bytes: Uint8Array, store: ByteStore, { limits }: Budget): Promise<void> {
  const seen = toldOf(store);
  seen.note(bytes);
  const own = Budget.of(limits, bytes.length);
  try {
    for await (const { inside, span } of carve(memoryStore(bytes), { from: 0, to: bytes.length }, own)) {
      if (span.from === 0) return;
      if (inside.bytes) seen.note(inside.bytes);
    }
  } catch (error) {
    // The member's own search comes upon the same limit, and says so.
    if (!(error instanceof StageError)) throw error;
  }
}

/**
 * How the streams begin that xar packs its members as. The search would find every one of them as a packed file.
 */
const xarStreams = /^(\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ\0)/;

/**
 * The bytes around the members of an archive. 7-Zip does not say where these lie, so that the search goes through the
 * whole archive. `toldAt` recognises members that lie there unpacked and that `sevenZipMembers` has yielded. SquashFS
 * is left out: it cuts members into blocks and stores some of them unpacked, so that the search would find pieces.
 */
export async function aroundMembers(store: ByteStore): Promise<Unaccounted> {
  const { format } = archiveKind(await store.read(0, headLength)) ?? {};
  if (format === 'SquashFS') return {};
  const members = toldOf(store);
  const isStream = (bytes: Uint8Array) =>
    format === 'Xar' && xarStreams.test(Buffer.from(bytes.subarray(0, 8)).toString('latin1'));
  return {
    records: [{ from: 1, to: store.size }],
    toldAt: (bytes) => members.lengthAt(bytes) ?? (isStream(bytes) ? 1 : undefined),
  };
}

/** Makes a function that is true for bytes that it has not seen before. */
function firstSeen(): (bytes: Uint8Array) => boolean {
  const seen = new Set<string>();
  return (bytes) => {
    const before = seen.size;
    return seen.add(createHash('sha1').update(bytes).digest('base64')).size > before;
  };
}

async function* membersOf({ format, store }: Reading, budget: Budget): AsyncGenerator<Inside> {
  const empty: string[] = [];
  const unpacking = unpack(format, store, budget);
  for await (const { name, chunks, trouble } of unpacking.members()) {
    budget.member();
    const got = withTrouble(await collect(chunks, budget, { drain: true, name: 'the member' }), trouble());
    if (got.unread || got.bytes!.length > 0) yield { member: name, ...got };
    else if (!/[/:]$/.test(name)) empty.push(name); // a directory, or the empty side stream of a file
  }
  const isLink = empty.length > 0 ? await linksOf(format, store, budget) : new Set<string>();
  for (const member of empty)
    yield isLink.has(member) ? { member, unread: link } : { member, bytes: new Uint8Array() };
  yield* behind(store, unpacking.tail(), budget);
  try {
    unpacking.check();
  } catch (error) {
    throw format === '7z' && (await hasSecretNames(store)) ? new Skip('encrypted', allSecret) : error;
  }
}

const link: Unread = { kind: 'skipped', reason: 'symlink', message: 'a link to another member or file' };

const allSecret = 'nothing in it can be read without a password';

/**
 * Where the header of a 7z file says where its directory lies, the most bytes of a directory that are read, and the
 * mark of the method that encrypts (7zFormat.txt).
 */
const directoryAt = 12;
const longestDirectory = 1 << 16;
const aes = '\x06\xf1\x07\x01';

/** True for a 7z file whose directory is encrypted. Without the password, 7-Zip fails to read it. */
async function hasSecretNames(store: ByteStore): Promise<boolean> {
  const head = Buffer.from(await store.read(0, 32));
  if (head.length < 32) return false;
  const from = 32 + Number(head.readBigUInt64LE(directoryAt));
  const length = Number(head.readBigUInt64LE(directoryAt + 8));
  if (length > longestDirectory || from + length > store.size) return false;
  return Buffer.from(await store.read(from, length)).includes(aes, 0, 'latin1');
}

/** Adds to a member what 7-Zip says is wrong with it. */
function withTrouble(got: Collected, message: string | undefined): Collected {
  if (message === undefined || got.unread) return got;
  const unread = troubleOf(message);
  return got.bytes!.length > 0 ? { bytes: got.bytes!, unread } : { unread };
}

const troubleOf = (message: string): Unread => {
  if (/password|encrypted/i.test(message))
    return { kind: 'skipped', reason: 'encrypted', message: 'it needs a password' };
  if (/unsupported/i.test(message))
    return { kind: 'skipped', reason: 'unsupported-format', message: 'packed by a method that is not read' };
  return damaged(`the member cannot be unpacked whole: ${message}`);
};

/** Bytes behind the end of the archive, where there may be anything in them. */
async function* behind(store: ByteStore, length: number, budget: Budget): AsyncGenerator<Inside> {
  if (length < tooFewBytes || length >= store.size) return;
  const position = store.size - length;
  if (length > budget.limits.maxBytes)
    throw new StageError('decode', 'archive-damaged', `${length} bytes stand behind its end`);
  const bytes = await store.read(position, length);
  if (bytes.every((byte) => byte === 0)) return;
  budget.member();
  budget.spend(length);
  yield { member: `at-${position}`, bytes };
}

async function linksOf(format: string, store: ByteStore, budget: Budget): Promise<Set<string>> {
  const read = linksIn();
  const decoder = new TextDecoder();
  const links = new Set<string>();
  for await (const told of runSevenZip(['l', '-slt', '-ba', '-p', `-t${format}`, '/archive'], store, budget))
    if ('data' in told) for (const name of read(decoder.decode(told.data, { stream: true }))) links.add(name);
  return links;
}

/** A member while 7-Zip unpacks it. */
export interface Unpacked {
  /** Its path in the archive, or `content` if the archive gives none. */
  readonly name: string;
  /** Its bytes. The caller reads them to their end before it asks for the next member. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** What is wrong with it; undefined if nothing is. Known when `chunks` is at its end. */
  readonly trouble: () => string | undefined;
}

/**
 * Unpacks an archive in one run of 7-Zip, member after member. 7-Zip never gets the name of a member as an argument.
 * @param format the name of the format, as 7-Zip has it.
 */
export function unpack(format: string, store: ByteStore, budget: Budget) {
  const log = sevenZipLog();
  const complaints: string[] = [];
  let troubles = 0;
  let members = 0;
  let tail = 0;
  let end: { readonly code: number | undefined; readonly asked: number } | undefined;

  async function* steps() {
    const args = ['x', '-so', '-bb1', '-bso2', '-bse2', '-bsp0', '-y', '-p', `-t${format}`, '/archive'];
    for await (const told of runSevenZip(args, store, budget)) {
      if ('data' in told) yield told.data;
      else if ('end' in told) end = { code: told.end, asked: told.asked };
      else
        for (const entry of log(told.told)) {
          if (entry.kind === 'tail') tail ||= entry.length;
          else if (entry.kind === 'complaint') complaints.push(entry.message);
          else yield entry;
        }
    }
  }

  return {
    async *members(): AsyncGenerator<Unpacked> {
      const all = steps();
      let next = await all.next();
      try {
        while (!next.done) {
          let name = 'content';
          if (!(next.value instanceof Uint8Array) && next.value.kind === 'member') {
            ({ name } = next.value);
            next = await all.next();
          }
          let trouble: string | undefined;
          async function* chunks() {
            for (; !next.done; next = await all.next()) {
              if (next.value instanceof Uint8Array) yield next.value;
              else if (next.value.kind === 'member') return;
              else trouble ??= next.value.message;
            }
          }
          members += 1;
          const rest = chunks();
          yield { name, chunks: rest, trouble: () => trouble };
          for await (const _ of rest);
          if (trouble !== undefined) troubles += 1;
        }
      } finally {
        await all.return(undefined);
      }
    },
    /** How many bytes lie behind the end of the archive. Known when all members are read. */
    tail: () => tail,
    /**
     * Raises the reason if 7-Zip could not read the whole archive and no member came with it: Skip('encrypted') or
     * StageError('decode', …) with `archive-limit` or `archive-damaged`. To be called when all members are read.
     */
    check(): void {
      const others = complaints.filter((message) => !message.startsWith('There are data after the end'));
      const words = [...new Set(others)].join(', ');
      if (/encrypted|password/i.test(words) && members === 0) throw new Skip('encrypted', allSecret);
      if ((end?.asked ?? 0) > sevenZipMemory || end?.code === 8)
        throw new StageError('decode', 'archive-limit', 'unpacking it takes more memory than it may have');
      if (others.length > 0)
        throw new StageError('decode', 'archive-damaged', `the archive is damaged or cut: ${words}`);
      if (end?.code === undefined || (end.code > 1 && troubles === 0))
        throw new StageError(
          'decode',
          'archive-damaged',
          'the archive is damaged: 7-Zip could not read it to its end',
        );
    },
  };
}
