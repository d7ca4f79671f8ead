import { createHash } from 'node:crypto';
import { type Pack, pack } from 'tar-stream';
import type { EvidenceFile } from './types.js';

/**
 * A bag of BagIt (RFC 8493) as a tar archive, made as a stream: the digests of the payload stand behind it, as they are
 * known then.
 */

/** Something about the bag for `bag-info.txt`; `Bag-Size` and the like are added. */
export type BagInfo = Readonly<Record<string, string | undefined>>;

/** How much a bag holds; complete once the stream of the bag has ended. */
export interface Payload {
  files: number;
  bytes: number;
}

/** What makes a file's name harmless in an archive and in a manifest of BagIt. */
const harmless = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._]+/, '')
    .slice(-80) || 'file';

/** Path of the nth file of a folder in the bag: the number keeps names apart. */
const pathOf = ({ folder, name }: EvidenceFile, n: number): string =>
  folder === 'draft'
    ? `data/draft/${harmless(name)}`
    : `data/${folder}/${String(n).padStart(4, '0')}-${harmless(name)}`;

/**
 * The bytes of the archive. @param id name of the bag. @param at its time, milliseconds since 1970. @param payload is
 * counted up. Raises Error where a file does not have the size or the digest that is expected of it.
 */
export async function* bagOf(
  id: string,
  files: readonly EvidenceFile[],
  info: BagInfo,
  at: number,
  payload: Payload,
): AsyncGenerator<Uint8Array> {
  const archive = pack();
  const filling = fill(new Writer(archive, id, new Date(at)), files, info, payload).then(
    () => archive.finalize(),
    (error: Error) => archive.destroy(error),
  );
  yield* archive as AsyncIterable<Uint8Array>;
  await filling;
}

async function fill(writer: Writer, files: readonly EvidenceFile[], info: BagInfo, payload: Payload) {
  const contents: object[] = [];
  const manifest: string[] = [];
  const add = async (path: string, file: Pick<EvidenceFile, 'name' | 'size' | 'sha256' | 'read'>) => {
    const sha256 = await writer.file(path, file);
    manifest.push(`${sha256}  ${path}`);
    payload.files++;
    payload.bytes += file.size;
    return sha256;
  };
  await writer.text('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  for (const file of files) {
    const n = (counts.get(file.folder) ?? 0) + 1;
    counts.set(file.folder, n);
    const path = freeOf(pathOf(file, n), taken);
    const sha256 = await add(path, file);
    contents.push({ path, name: file.name, bytes: file.size, sha256, ...file.about });
  }
  const listed = Buffer.from(`${JSON.stringify({ schema: 'hashsieve/evidence/1', contents }, null, 2)}\n`);
  const index = { name: 'contents.json', size: listed.length, read: () => piece(listed) };
  await add('data/contents.json', index);
  await writer.text('manifest-sha256.txt', `${manifest.join('\n')}\n`);
  const oxum = { 'Payload-Oxum': `${payload.bytes}.${payload.files}` };
  await writer.text('bag-info.txt', tagText({ ...info, ...oxum }));
  await writer.text('tagmanifest-sha256.txt', `${writer.tags.join('\n')}\n`);
}

/** Draft files have no number; two that differ in characters that are not taken over get one. */
function freeOf(path: string, taken: Set<string>): string {
  let free = path;
  for (let n = 2; taken.has(free.toLowerCase()); n++) free = path.replace(/([^/]*)$/, `${n}-$1`);
  taken.add(free.toLowerCase());
  return free;
}

async function* piece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Text of `bag-info.txt`: a value is one line. */
const tagText = (info: BagInfo): string =>
  Object.entries(info)
    .flatMap(([label, value]) =>
      value === undefined ? [] : [`${label}: ${value.replaceAll(/[\r\n]+/g, ' ')}\n`],
    )
    .join('');

/** Writes files into the archive, each with its digest. */
class Writer {
  /** Lines of the manifest of tags: of what is not payload. */
  readonly tags: string[] = [];

  constructor(
    private readonly archive: Pack,
    private readonly id: string,
    private readonly at: Date,
  ) {}

  async text(name: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const sha256 = await this.file(name, { name, size: bytes.length, read: () => piece(bytes) });
    this.tags.push(`${sha256}  ${name}`);
  }

  /** Writes a file and returns the SHA-256 of its bytes, hex. */
  async file(
    path: string,
    { name, size, sha256, read }: Pick<EvidenceFile, 'name' | 'size' | 'sha256' | 'read'>,
  ): Promise<string> {
    const header = { name: `${this.id}/${path}`, size, mode: 0o400, mtime: this.at };
    const entry = this.archive.entry(header);
    const ended = new Promise<void>((done, failed) => {
      entry.on('finish', done).on('error', failed);
    });
    ended.catch(() => {});
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const some of read()) {
      bytes += some.length;
      if (bytes > size) throw changed(name);
      hash.update(some);
      if (!entry.write(some)) await Promise.race([drained(entry), ended]);
    }
    const made = hash.digest('hex');
    if (bytes < size || (sha256 !== undefined && sha256 !== made)) throw changed(name);
    entry.end();
    await ended;
    return made;
  }
}

/** A file could not be sealed as it was looked at before. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

const changed = (name: string) => new ChangedMeanwhile(`${name} changed while it was sealed`);

const drained = (entry: NodeJS.EventEmitter): Promise<void> =>
  new Promise((done) => {
    entry.once('drain', done);
  });
