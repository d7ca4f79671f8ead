import { createHash } from 'node:crypto';
import { block, padding, tarHeader } from './tar-header.js';
import type { EvidenceFile } from './types.js';

/**
 * This file writes a bag of BagIt (RFC 8493) as a stream: a tar archive. The digests of the payload stand behind it,
 * because only then they are known.
 */

/** Values of `bag-info.txt` by their labels; `bagOf` adds `Payload-Oxum`. */
export type BagInfo = Readonly<Record<string, string | undefined>>;

/** The size of a bag's payload. It is complete once the stream of the bag has ended. */
export interface Payload {
  /** Number of files. */
  files: number;
  /** Sum of their sizes. */
  bytes: number;
}

/** Raised where a file does not have the size or the digest that its `EvidenceFile` names. */
export class ChangedMeanwhile extends Error {
  override readonly name = 'ChangedMeanwhile';
}

type Written = Pick<EvidenceFile, 'name' | 'size' | 'sha256' | 'read'>;

/**
 * Yields the bytes of the archive; a piece is valid until the next one. Raises ChangedMeanwhile where a file does not
 * have the size or the digest that `files` names.
 * @param id name of the bag
 * @param at its time, milliseconds since 1970
 * @param payload receives the size of the payload
 */
export async function* bagOf(
  id: string,
  files: readonly EvidenceFile[],
  info: BagInfo,
  at: number,
  payload: Payload,
): AsyncGenerator<Uint8Array> {
  const lines: Record<'payload' | 'tags', string[]> = { payload: [], tags: [] };
  const entry = async function* (path: string, file: Written, kind: keyof typeof lines = 'payload') {
    yield tarHeader(`${id}/${path}`, file.size, at);
    const sha256 = yield* contentOf(file);
    yield padding(file.size);
    lines[kind].push(`${sha256}  ${path}`);
    return sha256;
  };
  const tag = (name: string, text: string) => entry(name, textFile(name, text), 'tags');
  const contents: object[] = [];
  yield* tag('bagit.txt', 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n');
  for (const { path, file } of placed(files)) {
    const sha256 = yield* entry(path, file);
    contents.push({ path, name: file.name, bytes: file.size, sha256, ...file.about });
  }
  const listed = JSON.stringify({ schema: 'hashsieve/evidence/1', contents }, null, 2);
  const index = textFile('contents.json', `${listed}\n`);
  yield* entry('data/contents.json', index);
  payload.files = files.length + 1;
  payload.bytes = files.reduce((sum, { size }) => sum + size, index.size);
  yield* tag('manifest-sha256.txt', textOf(lines.payload));
  yield* tag('bag-info.txt', infoText({ ...info, 'Payload-Oxum': `${payload.bytes}.${payload.files}` }));
  yield* tag('tagmanifest-sha256.txt', textOf(lines.tags));
  yield Buffer.alloc(2 * block);
}

/** Yields the bytes of a file and returns their SHA-256, hex. Raises ChangedMeanwhile. */
async function* contentOf({ name, size, sha256, read }: Written): AsyncGenerator<Uint8Array, string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of read()) {
    bytes += piece.length;
    if (bytes > size) break;
    hash.update(piece);
    yield piece;
  }
  const is = hash.digest('hex');
  if (bytes === size && (sha256 === undefined || sha256 === is)) return is;
  throw new ChangedMeanwhile(`${name} changed while it was sealed`);
}

/**
 * The path of each file in the bag. A number keeps apart files with one name; files of a draft keep their names as
 * they are.
 */
function placed(files: readonly EvidenceFile[]): { readonly path: string; readonly file: EvidenceFile }[] {
  const counts = new Map<string, number>();
  return files.map((file) => {
    const n = (counts.get(file.folder) ?? 0) + 1;
    counts.set(file.folder, n);
    const isPlain = file.folder === 'draft' && /^[a-z0-9][a-z0-9.-]{0,80}$|^CHECKLIST\.md$/.test(file.name);
    const name = isPlain ? file.name : `${String(n).padStart(4, '0')}-${harmless(file.name)}`;
    return { path: `data/${file.folder}/${name}`, file };
  });
}

/** A name without the characters that an archive, a manifest or a shell could read as something else. */
const harmless = (name: string): string =>
  name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
    .replace(/^[._-]+/, '')
    .slice(-80) || 'file';

function textFile(name: string, text: string): Written {
  const bytes = Buffer.from(text);
  const read = async function* () {
    yield bytes;
  };
  return { name, size: bytes.length, read };
}

const textOf = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

/** Text of `bag-info.txt`: a value is one line. */
const infoText = (info: BagInfo): string =>
  Object.entries(info)
    .flatMap(([label, value]) =>
      value === undefined ? [] : [`${label}: ${value.replaceAll(/[\r\n]+/g, ' ')}\n`],
    )
    .join('');
