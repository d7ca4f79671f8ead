import { type Inside, Skip } from '../core/index.js';
import type { ByteStore, Unread } from '../core/types.js';
import { base64At, base64Start } from './base64.js';
import type { Budget } from './budget.js';
import { carve } from './carve/carve.js';
import { damaged } from './collect.js';
import { distinctNames } from './names.js';
import { memoryStore } from './store.js';
import { inBase85 } from './text-base85.js';
import { carriesUnread, type Written, writtenOut } from './text-digits.js';
import { uuencodedAt, uuencodeStart } from './text-uuencode.js';

/** Fewer bytes than this hold no picture in which anybody could see anything. A `data:` address may declare fewer. */
const fewestBytes = 64;

/** How many texts inside one another (base64 in base64) are looked through. */
const mostLevels = 5;

/** The line with which a text begins that PGP encrypted. */
const encryptedMark = '-----BEGIN PGP MESSAGE-----';

/**
 * Yields the files that a text carries: as base64 (`data:` addresses, JSON, XML, vCards, notebooks, …), percent-encoded
 * in a `data:` address, uuencoded, in digits, or in base85. The time is linear in the text. Raises what
 * `Container.open` does, and Skip('unsupported-format') if the text carries a file in a notation that hashsieve does
 * not decode.
 */
export async function* textContents(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const bytes = await store.read(0, store.size);
  yield* carriedBy(bytes, budget);
  const text = textOf(bytes);
  yield* inDigits(text, budget);
  if (carriesUnread(text))
    throw new Skip('unsupported-format', 'it carries a file in a way that is not read (BinHex, yEnc, …)');
  if (isPgp(bytes)) throw new Skip('encrypted', 'it needs a key');
}

/** Searches the bytes that a text writes out for files: the notation does not show where a file ends. */
async function* inDigits(text: string, budget: Budget): AsyncGenerator<Inside> {
  for (const { at, bytes } of allWritten(text)) {
    budget.checkTime();
    for await (const { inside, span } of carve(memoryStore(bytes), { from: 0, to: bytes.length }, budget))
      yield { ...inside, member: span.from === 0 ? `at-${at}` : `at-${at}~${span.from}` };
  }
}

function* allWritten(text: string): Generator<Written> {
  yield* writtenOut(text);
  yield* inBase85(text);
}

const isPgp = (bytes: Uint8Array) =>
  Buffer.from(bytes.subarray(0, 1024)).toString('latin1').trimStart().startsWith(encryptedMark);

/**
 * Yields the files that a text in memory carries as base64, percent-encoded or uuencoded. Raises
 * StageError('decode', 'archive-limit').
 */
export function* carriedBy(bytes: Uint8Array, budget: Budget): Generator<Inside> {
  const distinct = distinctNames();
  const { maxBytes } = budget.limits;
  let found = 0;
  for (const { name, bytes: own, isWhole } of carried(textOf(bytes), budget, 1)) {
    budget.member();
    budget.spend(own.length);
    found += 1;
    const member = distinct(name ?? `data-${found}`);
    if (own.length > maxBytes) yield { member, unread: tooLarge(maxBytes) };
    else
      yield { member, bytes: own, ...(isWhole ? {} : { unread: damaged('it breaks off before its end') }) };
  }
}

const tooLarge = (maxBytes: number): Unread => ({
  kind: 'failed',
  stage: 'fetch',
  code: 'too-large',
  message: `larger than ${maxBytes} bytes`,
});

/**
 * Reads bytes as text. They are UTF-16 if they begin with its mark, or if exactly one of the first two bytes is zero.
 * Otherwise each byte is one character: that keeps everything that is ASCII.
 */
function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length - (bytes.length % 2));
  if ((a === 0xff && b === 0xfe) || (a !== 0 && b === 0)) return all.toString('utf16le');
  if ((a === 0xfe && b === 0xff) || (a === 0 && b !== 0))
    return Buffer.from(all).swap16().toString('utf16le');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

interface Carried {
  readonly name?: string | undefined;
  readonly bytes: Buffer;
  readonly isWhole: boolean;
}

function* carried(text: string, budget: Budget, level: number): Generator<Carried> {
  for (const { bytes, isDeclared } of inBase64(text, budget)) {
    // An SVG drawing or a page inside the text: only the pictures in it count.
    if (isMarkup(bytes)) {
      if (level < mostLevels) yield* carried(textOf(bytes), budget, level + 1);
    } else if (isDeclared || bytes.length >= fewestBytes) yield { bytes, isWhole: true };
  }
  yield* inAddresses(text, budget, level);
  for (const match of text.matchAll(uuencodeStart)) {
    budget.checkTime();
    const file = uuencodedAt(text, match.index + match[0].length + 1);
    if (file && file.bytes.length > 0) yield { ...file, name: match[1]!.trim() };
  }
}

function* inBase64(text: string, budget: Budget): Generator<{ bytes: Buffer; isDeclared: boolean }> {
  const most = (budget.limits.maxBytes + 3) * 1.4;
  const start = new RegExp(base64Start);
  for (let match = start.exec(text); match; match = start.exec(text)) {
    budget.checkTime();
    const isDeclared = match[1] !== undefined;
    const { bytes, end } = base64At(text, match.index + (isDeclared ? match[0].length : 0), most);
    if (bytes.length > 0) yield { bytes, isDeclared };
    start.lastIndex = Math.max(end, match.index + 1);
  }
}

/** A `data:` address without base64: each character is a byte, and some are percent-encoded. */
const plainAddress =
  /data:[\w.+-]{1,60}\/[\w.+-]{1,60}(?:;[\w=.+-]{1,60}){0,4},((?:%[\da-fA-F]{2}|[^"'`\s<>()%,])[^"'`\s<>()]{31,})/g;

function* inAddresses(text: string, budget: Budget, level: number): Generator<Carried> {
  for (const [whole, body] of text.matchAll(plainAddress)) {
    budget.checkTime();
    if (/;base64$/i.test(whole.slice(0, whole.length - body!.length - 1))) continue;
    const bytes = Buffer.from(
      body!.replaceAll(/%([\da-fA-F]{2})/g, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16)),
      ),
      'latin1',
    );
    if (isBinary(bytes)) yield { bytes, isWhole: true };
    else if (level < mostLevels) yield* carried(bytes.toString('latin1'), budget, level + 1);
  }
}

const isMarkup = (bytes: Buffer) => /^\s*</.test(bytes.toString('latin1', 0, 32)) && !isBinary(bytes);

/** True if control characters other than white space stand in the first 512 bytes. */
const isBinary = (bytes: Buffer): boolean =>
  bytes.subarray(0, 512).some((byte) => byte < 9 || (byte > 13 && byte < 32));
