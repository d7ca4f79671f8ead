import type { Hashes, HashPlaces, PackedHashes } from '../core/index.js';
import type { Fingerprint, Withheld } from '../core/types.js';
import { Damage } from './damage.js';
import type { Database } from './driver.js';
import { isText, parsedArray } from './json.js';
import { tables } from './tables.js';

/**
 * What describes a fingerprint, apart from its hash: algorithm, recipe, view, length of the hash in bytes, and whether
 * it has a quality. A withheld fingerprint has: algorithm, null, view, 0, true. The sixth is there where the picture holds
 * little detail in that view.
 */
type Slot = readonly [
  algorithm: string,
  recipe: string | null,
  view: string | null,
  bytes: number,
  rated: boolean,
  lowDetail?: true,
];

interface Shape {
  readonly slots: readonly Slot[];
  /** Length of one frame of this shape among an asset's bytes. */
  readonly length: number;
  readonly isWithheld: boolean;
  /** Where the hashes are, counted from the start of the frame. Withheld fingerprints have none. */
  readonly places: readonly HashPlaces[];
}

const columns = tables.shapes.reader(['id', 'shape']);

/** How many shapes are held in memory before the codec forgets them and reads them again. */
const mostHeld = 10_000;
const noFrame = 0xffff_ffff;

/**
 * Hashes as bytes. Assets that were looked at in the same way differ in the hashes alone, so the ledger keeps the rest,
 * the shape, once: one row for each way of looking at a frame. An asset's bytes hold its frames one after the other:
 * number of the shape (u32, little-endian like all numbers here), number of the frame (u32; all ones for an asset of
 * one), then for each slot of the shape its quality (u8, where it has one) and its hash. Withheld fingerprints come
 * last.
 */
export class HashCodec {
  readonly #insert;
  readonly #find;
  readonly #get;
  readonly #numbers = new Map<string, number>();
  readonly #shapes = new Map<number, Shape>();

  constructor(private readonly database: Database) {
    this.#insert = database.prepare('INSERT INTO shapes (id, shape, sum) VALUES (@id, @shape, @sum)');
    this.#find = database.prepare('SELECT id FROM shapes WHERE shape = ?');
    this.#get = database.prepare(`SELECT ${columns.list} FROM shapes WHERE id = ?`);
  }

  /** Called after a rollback: the shapes that the transaction wrote are gone. */
  forget(): void {
    this.#numbers.clear();
    this.#shapes.clear();
  }

  /** Turns hashes into bytes. A new shape is written within the transaction of the asset. */
  pack({ fingerprints, withheld }: Hashes): Buffer {
    const parts: Buffer[] = [];
    for (const group of byFrame(fingerprints)) {
      const slots = group.map(({ algorithm, recipe, view, hex, quality, lowDetail }): Slot => {
        const facts = [algorithm, recipe, view ?? null, hex.length / 2, quality !== undefined] as const;
        return lowDetail ? [...facts, true] : facts;
      });
      parts.push(this.#head(slots, group[0]!.frame));
      for (const { hex, quality } of group) {
        if (quality !== undefined) parts.push(rating(quality));
        parts.push(Buffer.from(hex, 'hex'));
      }
    }
    for (const group of byFrame(withheld)) {
      const slots = group.map(({ algorithm, view }): Slot => [algorithm, null, view ?? null, 0, true]);
      parts.push(this.#head(slots, group[0]!.frame), ...group.map(({ quality }) => rating(quality)));
    }
    return Buffer.concat(parts);
  }

  /**
   * Bytes that `pack` made, which the result takes apart only as far as they are read. Every part of it raises Damage
   * for other bytes.
   */
  packed(bytes: Buffer): PackedHashes {
    return new Packed(bytes, this);
  }

  /** Turns bytes back into hashes. Raises Damage for bytes that `pack` did not make. */
  unpack(packed: Buffer): Hashes {
    const fingerprints: Fingerprint[] = [];
    const withheld: Withheld[] = [];
    const text = packed.toString('hex');
    for (let at = 0; at < packed.length; ) {
      const { slots } = this.shapeAt(packed, at);
      const number = packed.readUInt32LE(at + 4);
      const frame = number === noFrame ? {} : { frame: number };
      at += 8;
      for (const [algorithm, recipe, view, bytes, rated, lowDetail] of slots) {
        const quality = rated ? { quality: packed[at++]! } : {};
        const seen = view === null ? frame : { view, ...frame };
        if (recipe === null) {
          withheld.push({ algorithm, reason: 'low-quality', quality: quality.quality!, ...seen });
          continue;
        }
        const hex = text.slice(2 * at, 2 * (at + bytes));
        fingerprints.push({ algorithm, hex, recipe, ...quality, ...(lowDetail && { lowDetail }), ...seen });
        at += bytes;
      }
    }
    return { fingerprints, withheld };
  }

  /** Raises Damage for bytes that `pack` did not make. Call it once, before using the bytes. */
  check(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) at += 8 + this.shapeAt(bytes, at).length;
  }

  /** The shape of the frame that begins at `at`. Raises Damage where the bytes do not hold the whole frame. */
  shapeAt(bytes: Buffer, at: number): Shape {
    if (at + 8 > bytes.length) throw cutShort();
    const shape = this.shape(bytes.readUInt32LE(at));
    if (at + 8 + shape.length > bytes.length) throw cutShort();
    return shape;
  }

  #head(slots: readonly Slot[], frame = noFrame): Buffer {
    const head = Buffer.allocUnsafe(8);
    head.writeUInt32LE(this.numberOf(JSON.stringify(slots)), 0);
    head.writeUInt32LE(frame, 4);
    return head;
  }

  /** The number of a shape, given as the text that its row holds; a new one is written. */
  numberOf(shape: string): number {
    const held = this.#numbers.get(shape);
    if (held !== undefined) return held;
    const found = this.#find.get(shape)?.[0] as number | undefined;
    const number = found ?? this.#write(shape);
    if (this.#textOf(number) !== shape) throw new Damage('an index of its table shapes is damaged');
    if (this.#numbers.size >= mostHeld) this.#numbers.clear();
    this.#numbers.set(shape, number);
    return number;
  }

  #write(shape: string): number {
    const id = this.database.value('SELECT coalesce(max(id), 0) + 1 FROM shapes') as number;
    this.#insert.run({ id, shape, sum: tables.shapes.seal({ id, shape }) });
    return id;
  }

  #textOf(number: number): string {
    const row = this.#get.get(number);
    if (!row) throw new Damage('a row of its table shapes is missing');
    return columns.read(row).shape;
  }

  /** The shape of a number. Raises Damage where there is none. */
  shape(number: number): Shape {
    const held = this.#shapes.get(number);
    if (held) return held;
    const slots = parsedArray(this.#textOf(number), isSlot);
    const length = slots.reduce((sum, [, , , bytes, rated]) => sum + bytes + (rated ? 1 : 0), 0);
    const isWithheld = slots.some(([, recipe]) => recipe === null);
    const shape = { slots, length, isWithheld, places: isWithheld ? [] : placesOf(slots) };
    if (this.#shapes.size >= mostHeld) this.#shapes.clear();
    this.#shapes.set(number, shape);
    return shape;
  }
}

class Packed implements PackedHashes {
  readonly #bytes: Buffer;
  readonly #codec: HashCodec;

  constructor(bytes: Buffer, codec: HashCodec) {
    this.#bytes = bytes;
    this.#codec = codec;
  }

  get size(): number {
    return this.#bytes.length;
  }

  get isPartly(): boolean {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; ) {
      const { isWithheld, length } = this.#codec.shapeAt(bytes, at);
      if (isWithheld) return true;
      at += 8 + length;
    }
    return false;
  }

  each(visit: (places: HashPlaces, bytes: Uint8Array, start: number) => void): void {
    const bytes = this.#bytes;
    for (let at = 0; at < bytes.length; ) {
      const { places, length } = this.#codec.shapeAt(bytes, at);
      at += 8;
      for (const one of places) visit(one, bytes, at);
      at += length;
    }
  }

  unpack(): Hashes {
    return this.#codec.unpack(this.#bytes);
  }
}

const cutShort = () => new Damage('the hashes of an asset in the ledger are cut short');

function isSlot(value: unknown): value is Slot {
  if (!Array.isArray(value)) return false;
  const [algorithm, recipe, view, bytes, rated, lowDetail] = value as unknown[];
  return (
    isText(algorithm) &&
    (recipe === null || isText(recipe)) &&
    (view === null || isText(view)) &&
    Number.isSafeInteger(bytes) &&
    (bytes as number) >= 0 &&
    typeof rated === 'boolean' &&
    (lowDetail === undefined || lowDetail === true)
  );
}

/** Where the hashes of slots are, by algorithm and width. */
function placesOf(slots: readonly Slot[]): HashPlaces[] {
  const places = new Map<string, { algorithm: string; width: number; offsets: number[] }>();
  let at = 0;
  for (const [algorithm, , , width, rated] of slots) {
    if (rated) at += 1;
    const key = `${algorithm} ${width}`;
    const of = places.get(key) ?? { algorithm, width, offsets: [] };
    of.offsets.push(at);
    places.set(key, of);
    at += width;
  }
  return [...places.values()];
}

/** Groups neighbours that belong to the same frame. */
function byFrame<T extends { readonly frame?: number }>(all: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const one of all) {
    const last = groups.at(-1);
    if (last && last[0]!.frame === one.frame) last.push(one);
    else groups.push([one]);
  }
  return groups;
}

function rating(quality: number): Buffer {
  if (!Number.isInteger(quality) || quality < 0 || quality > 255)
    throw new TypeError('a quality is a whole number of 0 to 100');
  return Buffer.of(quality);
}
