import { createHash } from 'node:crypto';

/**
 * Bytes by which `Told` tells members apart before it compares digests: the head of a short member, the head of a
 * longer one, and the end of either.
 */
const shortHead = 32;
const longHead = 4096;
const tailLength = 32;

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64');
const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const shortKey = (bytes: Uint8Array) => textOf(bytes.subarray(0, shortHead));
const longKey = (bytes: Uint8Array) => digest(bytes.subarray(0, longHead));

interface Member {
  readonly size: number;
  readonly tail: string;
  readonly digest: string;
}

const tailOf = (bytes: Uint8Array, size: number) =>
  textOf(bytes.subarray(Math.max(0, size - tailLength), size));

/** Remembers the members of an archive, so that the search recognises one that the archive stores unpacked. */
export class Told {
  readonly #members = new Map<string, Member[]>();

  /** Remembers a member by its bytes. */
  note(bytes: Uint8Array): void {
    const size = bytes.length;
    const key = size < longHead ? shortKey(bytes) : longKey(bytes);
    const members = this.#members.get(key) ?? [];
    members.push({ size, tail: tailOf(bytes, size), digest: digest(bytes) });
    this.#members.set(key, members);
  }

  /** The length in bytes of a remembered member that these bytes begin with; undefined if there is none. */
  lengthAt(bytes: Uint8Array): number | undefined {
    for (const key of [longKey(bytes), shortKey(bytes)])
      for (const { size, tail, digest: own } of this.#members.get(key) ?? [])
        if (size <= bytes.length && tail === tailOf(bytes, size) && own === digest(bytes.subarray(0, size)))
          return size;
    return undefined;
  }
}
