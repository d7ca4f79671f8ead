import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { pageSize, wholePages } from '../image.js';
import { encodeHeader, headerLength, type Section } from './format.js';

const chunkSize = 1024 * pageSize;

/** Writes a compiled list to a temporary file beside its place, and renames it once it is whole and on the disk. */
export class CompiledWriter {
  readonly #sha256 = createHash('sha256');
  readonly #crcs: number[] = [];
  #body = 0;

  private constructor(
    private readonly path: string,
    private readonly part: string,
    private readonly file: FileHandle,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Creates the temporary file. Raises the system's error where that fails. */
  static async create(path: string, signal?: AbortSignal): Promise<CompiledWriter> {
    const part = `${path}.${randomBytes(6).toString('hex')}.part`;
    return new CompiledWriter(path, part, await open(part, 'wx', 0o600), signal);
  }

  /** Writes one section: its bytes, then zeros up to the next page. Rejects when the signal aborts. */
  async section(chunks: Iterable<Uint8Array>): Promise<Section> {
    const offset = this.#body;
    let length = 0;
    const page = new Uint8Array(chunkSize);
    let filled = 0;
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        const some = chunk.subarray(at, at + chunkSize - filled);
        page.set(some, filled);
        filled += some.length;
        at += some.length;
        length += some.length;
        if (filled === chunkSize) {
          await this.#write(page);
          filled = 0;
        }
      }
    }
    page.fill(0, filled, wholePages(filled));
    await this.#write(page.subarray(0, wholePages(filled)));
    return { offset, length };
  }

  /** Writes whole pages. */
  async #write(bytes: Uint8Array): Promise<void> {
    this.signal?.throwIfAborted();
    for (let at = 0; at < bytes.length; at += pageSize) {
      this.#crcs.push(crc32(bytes.subarray(at, at + pageSize)));
    }
    this.#sha256.update(bytes);
    await this.#put(bytes, headerLength + this.#body);
    this.#body += bytes.length;
  }

  async #put(bytes: Uint8Array, position: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += (await this.file.write(bytes, at, bytes.length - at, position + at)).bytesWritten;
    }
  }

  /**
   * Ends the file with its description and renames it. Returns its length in bytes and the SHA-256 of everything after
   * its header.
   */
  async finish(meta: object): Promise<{ bytes: number; sha256: string }> {
    const section = await this.section([new TextEncoder().encode(JSON.stringify(meta))]);
    const table = new Uint8Array(Uint32Array.from(this.#crcs).buffer);
    this.#sha256.update(table);
    await this.#put(table, headerLength + this.#body);
    const sha256 = this.#sha256.digest();
    const header = encodeHeader({ bodyLength: this.#body, meta: section, tableCrc: crc32(table), sha256 });
    await this.#put(header, 0);
    await this.file.sync();
    await this.file.close();
    await rename(this.part, this.path);
    const directory = await open(dirname(this.path), 'r').catch(() => undefined);
    await directory?.sync().catch(() => {});
    await directory?.close();
    return { bytes: headerLength + this.#body + table.length, sha256: sha256.toString('hex') };
  }

  /** Removes the temporary file. */
  async discard(): Promise<void> {
    await this.file.close().catch(() => {});
    await rm(this.part, { force: true });
  }
}
