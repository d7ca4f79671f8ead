import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { printable, requireListFile, StageError, UsageError } from '../../core/index.js';
import { pageSize } from '../image.js';
import { again, decodeHeader, type Header, headerLength } from './format.js';

const cachedPages = 16;

/**
 * So many pages fit the memory that reads use again and again: the offsets of one part of an index, and the pages at
 * their ends.
 */
const fewPages = 66;

/** The pages of an open compiled list. It checks every page that it reads, and reads synchronously. */
export class PagedFile {
  readonly header: Header;
  /** CRC-32 of every page of the body. */
  readonly crcs: Uint32Array;
  readonly #file: number;
  readonly #cache = new Map<number, Uint8Array>();
  /**
   * The memory that short reads use, with a view of each page: new views for every page would keep the garbage
   * collector busy.
   */
  readonly #few = new Uint8Array(fewPages * pageSize);
  readonly #each = Array.from({ length: fewPages }, (_, page) =>
    this.#few.subarray(page * pageSize, (page + 1) * pageSize),
  );

  /** Raises UsageError where the file cannot be opened or is no valid compiled list. */
  constructor(readonly path: string) {
    requireListFile(statSync(path), printable(path));
    this.#file = openSync(path, 'r');
    try {
      const { size } = fstatSync(this.#file);
      const start = new Uint8Array(Math.min(size, headerLength));
      this.#readExactly(start, 0);
      this.header = decodeHeader(start, size);
      const table = new Uint8Array((this.header.bodyLength / pageSize) * 4);
      this.#readExactly(table, headerLength + this.header.bodyLength);
      if (crc32(table) !== this.header.tableCrc) throw new UsageError(`its checksums are damaged: ${again}`);
      this.crcs = new Uint32Array(table.buffer);
    } catch (error) {
      closeSync(this.#file);
      throw error;
    }
  }

  /**
   * Bytes `offset`…`offset + length` of the body. The result is valid until the next call. Raises StageError('match',
   * 'list-damaged').
   */
  read(offset: number, length: number): Uint8Array {
    const first = Math.floor(offset / pageSize);
    const last = Math.floor((offset + length - 1) / pageSize);
    const start = offset - first * pageSize;
    if (first === last) return this.#page(first).subarray(start, start + length);
    return this.readRun(offset, length);
  }

  /** As `read`, for pages that no one will need again soon: they are not kept. */
  readRun(offset: number, length: number): Uint8Array {
    const first = Math.floor(offset / pageSize);
    const count = Math.floor((offset + length - 1) / pageSize) - first + 1;
    const start = offset - first * pageSize;
    if (count > fewPages) {
      const bytes = new Uint8Array(count * pageSize);
      this.readPages(first, bytes);
      return bytes.subarray(start, start + length);
    }
    this.#readExactly(this.#few, headerLength + first * pageSize, count * pageSize);
    for (let page = 0; page < count; page++)
      if (crc32(this.#each[page]!) !== this.crcs[first + page]) throw this.damaged(`page ${first + page}`);
    return this.#few.subarray(start, start + length);
  }

  #page(page: number): Uint8Array {
    const known = this.#cache.get(page);
    if (known) return known;
    const bytes = this.#room(page);
    try {
      this.readPages(page, bytes);
    } catch (error) {
      this.#cache.delete(page);
      throw error;
    }
    return bytes;
  }

  /** The memory for a page. It takes that of the oldest page, because fresh memory costs more than reading into it. */
  #room(page: number): Uint8Array {
    let room: Uint8Array | undefined;
    if (this.#cache.size >= cachedPages) {
      const oldest = this.#cache.keys().next().value!;
      room = this.#cache.get(oldest);
      this.#cache.delete(oldest);
    }
    room ??= new Uint8Array(pageSize);
    this.#cache.set(page, room);
    return room;
  }

  /** Reads whole pages from page `first` on into `target`, and checks each. Raises StageError as `read` does. */
  readPages(first: number, target: Uint8Array): void {
    const [bad] = this.checkPages(first, target);
    if (bad !== undefined) throw this.damaged(`page ${bad}`);
  }

  /** Reads whole pages from page `first` on into `target`; returns the numbers of the damaged ones. */
  checkPages(first: number, target: Uint8Array): number[] {
    this.#readExactly(target, headerLength + first * pageSize);
    const bad: number[] = [];
    for (let at = 0; at < target.length; at += pageSize) {
      const page = first + at / pageSize;
      if (crc32(target.subarray(at, at + pageSize)) !== this.crcs[page]) bad.push(page);
    }
    return bad;
  }

  /** The error for damage of the list. */
  damaged(what: string): StageError {
    const message = `${printable(this.path)}: ${what} is damaged, matches may be missing: ${again}`;
    return new StageError('match', 'list-damaged', message);
  }

  #readExactly(target: Uint8Array, position: number, length = target.length): void {
    for (let at = 0; at < length; ) {
      const count = readSync(this.#file, target, at, length - at, position + at);
      if (count === 0) throw this.damaged('the end of the file');
      at += count;
    }
  }

  close(): void {
    closeSync(this.#file);
  }
}
