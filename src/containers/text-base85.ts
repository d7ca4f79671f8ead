import type { Written } from './text-digits.js';

/** Fewer bytes than this are no picture in which anybody could see anything. */
const fewestBytes = 128;

/** The digits of three ways to write four bytes as five characters. */
const alphabets = {
  /** RFC 1924, as Python's `b85encode` and git have it. */
  rfc1924: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~',
  /** ZeroMQ's (RFC 32/Z85). */
  z85: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#',
  /** Ascii85 without its marks, as Python's `a85encode` has it. */
  ascii85: String.fromCharCode(...Array.from({ length: 85 }, (_, digit) => 33 + digit)),
};

/** The first four bytes of files that a text may carry; `n-m` for any byte between. */
const beginnings = [
  'ff d8 ff c0-fe', // JPEG
  '89 50 4e 47', // PNG
  '47 49 46 38', // GIF
  '52 49 46 46', // WebP, AVI
  '49 49 2a 00',
  '4d 4d 00 2a', // TIFF
  '00 00 00 0c-30', // HEIC, AVIF, MP4, JPEG XL
  '38 42 50 53', // PSD
  '25 50 44 46', // PDF
  '50 4b 03 04',
  '1f 8b 08 00-1f',
  '37 7a bc af',
  '52 61 72 21',
  '42 5a 68 31-39',
  'fd 37 7a 58',
  '28 b5 2f fd', // archives
  'd0 cf 11 e0', // older Office files
];

/** All words of four bytes for which `beginnings` stands, as numbers. */
const words = beginnings.flatMap((bytes) => {
  const [from = 0, to = from] = bytes
    .slice(9)
    .split('-')
    .map((byte) => Number.parseInt(byte, 16));
  const head = Number.parseInt(bytes.slice(0, 8).replaceAll(' ', ''), 16) * 256;
  return Array.from({ length: to - from + 1 }, (_, i) => head + from + i);
});

const fiveDigits = (word: number, alphabet: string): string =>
  [4, 3, 2, 1, 0].map((power) => alphabet[Math.floor(word / 85 ** power) % 85]).join('');

const literally = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, '\\$&');

/** A pattern that matches any of these texts. It groups them by their first three characters, so that it is quick. */
function anyOf(texts: readonly string[]): string {
  const byHead = new Map<string, Set<string>>();
  for (const text of texts) {
    const head = text.slice(0, 3);
    byHead.set(head, (byHead.get(head) ?? new Set()).add(text.slice(3)));
  }
  return [...byHead]
    .map(([head, tails]) => `${literally(head)}(?:${[...tails].map(literally).join('|')})`)
    .join('|');
}

/** What the reader needs for one of the three alphabets. `inBase85` makes it for the first text. */
interface Notation {
  /** Matches the five digits with which a file may begin. */
  readonly start: RegExp;
  /** The value of each character code; -1 where it is no digit. */
  readonly values: Int8Array;
  /** The code of the character that stands for four zero bytes; undefined if the alphabet has none. */
  readonly zeros: number | undefined;
}

function notationOf(alphabet: string): Notation {
  const values = new Int8Array(128).fill(-1);
  for (const [value, digit] of [...alphabet].entries()) values[digit.charCodeAt(0)] = value;
  return {
    start: new RegExp(anyOf(words.map((word) => fiveDigits(word, alphabet))), 'g'),
    values,
    zeros: alphabet === alphabets.ascii85 ? 'z'.charCodeAt(0) : undefined,
  };
}

let notations: readonly Notation[] | undefined;

/**
 * Yields the files that a text carries in base85 (five characters for four bytes), even if nothing in the text
 * announces them. The function recognises them by the first bytes of pictures and archives. A file ends where its
 * digits end. Pure; the time is linear in the text.
 */
export function* inBase85(text: string): Generator<Written> {
  notations ??= Object.values(alphabets).map(notationOf);
  for (const notation of notations) {
    const next = new RegExp(notation.start);
    for (let match = next.exec(text); match; match = next.exec(text)) {
      const { bytes, end } = bytesAt(text, match.index, notation);
      if (bytes.length >= fewestBytes) yield { at: match.index, bytes };
      next.lastIndex = Math.max(end, match.index + 1);
    }
  }
}

/** The largest word of four bytes. */
const highest = 0xffff_ffff;

const isLineEnd = (code: number) => code === 10 || code === 13;

/** Collects bytes word by word, in a buffer that doubles when it is full. */
class Words {
  #bytes = Buffer.alloc(2 * fewestBytes);
  #length = 0;

  add(word: number, length = 4): void {
    if (this.#length + 4 > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes, this.#bytes]);
    this.#bytes.writeUInt32BE(word, this.#length);
    this.#length += length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }
}

/** Decodes the digits that begin at `from`. It passes over line ends and the blanks that indent lines. */
function bytesAt(text: string, from: number, { values, zeros }: Notation) {
  const words = new Words();
  let [word, count, at, isIndent] = [0, 0, from, false];
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (isLineEnd(code) || (isIndent && (code === 32 || code === 9))) {
      isIndent = true;
      continue;
    }
    isIndent = false;
    if (code === zeros && count === 0) {
      words.add(0);
      continue;
    }
    const value = values[code] ?? -1;
    if (value < 0) break;
    word = word * 85 + value;
    if (++count < 5) continue;
    if (word > highest) break;
    words.add(word);
    [word, count] = [0, 0];
  }
  // The last group may be short: the decoder fills it up with the highest digit.
  if (count > 1 && count < 5) words.add(Math.min(highest, (word + 1) * 85 ** (5 - count) - 1), count - 1);
  return { bytes: words.bytes, end: at };
}
