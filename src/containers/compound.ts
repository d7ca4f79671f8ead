import { type Inside, Skip } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { type Collected, collect } from './collect.js';
import { decompressRtf } from './compressed-rtf.js';
import { distinctNames } from './names.js';
import { unpack } from './seven-zip.js';

interface Stream extends Collected {
  /** Path of the storage that it is in, and its name there. */
  readonly folder: string;
  readonly name: string;
}

/** Yields every stream of a compound file (MS-CFB). Raises what `Container.open` does. */
async function* streamsOf(store: ByteStore, budget: Budget): AsyncGenerator<Stream> {
  const unpacking = unpack('Compound', store, budget);
  for await (const { name: path, chunks } of unpacking.members()) {
    if (path.endsWith('/')) continue;
    budget.member();
    const got = await collect(chunks, budget, { drain: true, name: 'the stream' });
    const cut = path.lastIndexOf('/');
    yield { folder: path.slice(0, Math.max(0, cut)), name: path.slice(cut + 1), ...got };
  }
  unpacking.check();
}

/** The streams of a document that is encrypted as a whole (MS-OFFCRYPTO, 2.3). They hold nothing readable. */
const encryption = ['EncryptedPackage', 'EncryptionInfo'];

/**
 * Yields the streams of a compound file: an older Office file, a database of thumbnails and the like. The search finds
 * pictures in the streams by their first bytes, but not everything that a person would see in the document. So the
 * function always ends with Skip('unsupported-format'), or with Skip('encrypted'). Raises what `Container.open` does.
 */
export async function* compoundStreams(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  let isEncrypted = false;
  for await (const { folder, name, ...got } of streamsOf(store, budget)) {
    isEncrypted ||= name === 'EncryptedPackage';
    if (folder === '' && encryption.includes(name)) continue;
    if (got.unread || got.bytes!.length > 0)
      yield { member: distinct(folder === '' ? name : `${folder}/${name}`), ...got };
  }
  if (isEncrypted) throw new Skip('encrypted', 'it needs a password');
  throw new Skip(
    'unsupported-format',
    'the streams in it were looked at, the document that they make was not',
  );
}

/** The numbers of properties of Outlook messages, in hexadecimal (MS-OXPROPS). */
const properties = {
  body: '1000',
  rtf: '1009',
  html: '1013',
  content: '3701',
  shortName: '3704',
  longName: '3707',
} as const;
const looked: readonly string[] = [properties.body, properties.rtf, properties.html, properties.content];

/** A property of at most this many bytes is a name, a number or a key. Longer ones are yielded too. */
const longestKey = 2048;

/**
 * Yields what an Outlook message holds (MS-OXMSG): its texts, its attachments, and those of messages inside it. The
 * name of a member begins with the number and the name of its attachment. Raises what `Container.open` does.
 */
export async function* outlookParts(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  let held:
    | { readonly folder: string; readonly parts: { label: string; got: Collected }[]; name?: string }
    | undefined;
  function* flushed(): Generator<Inside> {
    const place = [numbersOf(held?.folder ?? ''), held?.name].filter(Boolean).join('/');
    for (const { label, got } of held?.parts ?? [])
      yield { member: distinct([place, label].filter(Boolean).join('/')), ...got };
  }
  for await (const { folder, name, ...got } of streamsOf(store, budget)) {
    if (held && held.folder !== folder) yield* flushed();
    if (!held || held.folder !== folder) held = { folder, parts: [] };
    const [, property, type] = /^__substg1\.0_([\dA-F]{4})([\dA-F]{4})/i.exec(name) ?? [];
    if (got.bytes && property === properties.longName) held.name = textOf(got.bytes, type!);
    if (got.bytes && property === properties.shortName) held.name ??= textOf(got.bytes, type!);
    const isLooked = property !== undefined && looked.includes(property);
    if (!got.unread && !isLooked && got.bytes!.length <= longestKey) continue;
    if (!got.unread && got.bytes!.length === 0) continue;
    const label = property === properties.content ? '' : (labels[property ?? ''] ?? name);
    held.parts.push({ label, got: readable(got, property, type) });
  }
  yield* flushed();
}

const labels: Readonly<Record<string, string>> = {
  [properties.body]: 'body',
  [properties.rtf]: 'body.rtf',
  [properties.html]: 'body.html',
};

/** Turns a property that is text into UTF-8, and unpacks RTF. */
function readable(got: Collected, property: string | undefined, type: string | undefined): Collected {
  if (!got.bytes) return got;
  if (type?.toUpperCase() === '001F') return { ...got, bytes: Buffer.from(textOf(got.bytes, type)) };
  return property === properties.rtf ? { ...got, bytes: decompressRtf(got.bytes) } : got;
}

/** The text of a property: UTF-16 (`001F`) or bytes of a code page. */
const textOf = (bytes: Uint8Array, type: string): string =>
  Buffer.from(bytes)
    .toString(type.toUpperCase() === '001F' ? 'utf16le' : 'latin1')
    .replace(/\0+$/, '');

/** The numbers of the attachments in the path of a storage, from one: `__attach_version1.0_#00000001` gives `2`. */
const numbersOf = (folder: string): string =>
  [...folder.matchAll(/__attach_version1\.0_#([\dA-F]{8})/gi)]
    .map(([, number]) => Number.parseInt(number!, 16) + 1)
    .join('.');
