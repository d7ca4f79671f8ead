import { createHash } from 'node:crypto';

/** Bytes by which members are told apart before their digests are made: of short ones, of others, and at their ends. */
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

/** Remembers members of an archive, so that they are known where they lie in it as they are. */
export class Told {
  readonly #members = new Map<string, Member[]>();

  note(bytes: Uint8Array): void {
    const size = bytes.length;
    const key = size < longHead ? shortKey(bytes) : longKey(bytes);
    const members = this.#members.get(key) ?? [];
    members.push({ size, tail: tailOf(bytes, size), digest: digest(bytes) });
    this.#members.set(key, members);
  }

  /** The length of a member that was noted and that these bytes begin with; undefined where there is none. */
  lengthAt(bytes: Uint8Array): number | undefined {
    for (const key of [longKey(bytes), shortKey(bytes)])
      for (const { size, tail, digest: own } of this.#members.get(key) ?? [])
        if (size <= bytes.length && tail === tailOf(bytes, size) && own === digest(bytes.subarray(0, size)))
          return size;
    return undefined;
  }
}
