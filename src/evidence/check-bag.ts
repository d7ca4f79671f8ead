import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { printable } from '../core/index.js';

/** Most bytes of a manifest; it has a line of some hundred bytes for each file. */
const longestManifest = 64 * 1024 * 1024;

/**
 * Checks a bag in a tar archive while it reads the stream, and writes none of it to a disk. Every file must have the
 * digest that its manifest names; no file may be missing, and none may be there that no manifest names. Returns the
 * faults, a sentence each. Raises Error for a stream that is no archive.
 */
export async function checkBag(
  archive: AsyncIterable<Uint8Array>,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const digests = new Map<string, string>();
  const manifests = new Map<string, string>();
  const reading = extract();
  const feeding = Readable.from(copies(archive), { objectMode: false }).on('error', (error) =>
    reading.destroy(error),
  );
  feeding.pipe(reading);
  for await (const entry of reading) {
    signal?.throwIfAborted();
    const path = entry.header.name.split('/').slice(1).join('/');
    const hash = createHash('sha256');
    const isManifest = /^(tag)?manifest-sha256\.txt$/.test(path);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of entry) {
      hash.update(piece);
      if (!isManifest) continue;
      length += piece.length;
      if (length > longestManifest) throw new Error('its manifest is too long');
      pieces.push(piece);
    }
    if (digests.has(path)) return [`it holds ${printable(path)} twice`];
    digests.set(path, hash.digest('hex'));
    if (isManifest) manifests.set(path, Buffer.concat(pieces).toString('utf8'));
  }
  return compared(digests, manifests);
}

/** Copies each piece: the next piece may overwrite it, and a stream reads ahead. */
async function* copies(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

function compared(digests: Map<string, string>, manifests: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const listed = new Set<string>(['tagmanifest-sha256.txt']);
  for (const name of ['manifest-sha256.txt', 'tagmanifest-sha256.txt']) {
    const text = manifests.get(name);
    if (text === undefined) faults.push(`it has no ${name}`);
    for (const line of (text ?? '').split('\n').filter((one) => one !== '')) {
      const [, sha256, path] = /^([0-9a-f]{64})\s+(.+)$/.exec(line) ?? [];
      if (path === undefined) faults.push(`${name} has a line that is none`);
      else if (digests.get(path) !== sha256) faults.push(`${printable(path)} is not what ${name} says`);
      listed.add(path ?? '');
    }
  }
  const more = [...digests.keys()].filter((path) => !listed.has(path));
  return [...faults, ...more.map((path) => `${printable(path)} stands in no manifest`)];
}
