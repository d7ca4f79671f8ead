import { unsignedQuery } from '../core/index.js';
import type { BlockFormat, BlockRules, BlockTarget } from './types.js';

/** A web address taken apart for matching. */
export interface WebAddress {
  /** Lower case, without port and without the dot that ends a full name. */
  readonly host: string;
  /** Bytes of the decoded path, with dot segments resolved and runs of slashes merged: servers match this. */
  readonly path: Uint8Array;
  /** The query as sent, without `?`. Undefined where the address has none: then the rule blocks it with any query. */
  readonly query: string | undefined;
}

function decodeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  const raw = new TextEncoder().encode(text);
  for (let i = 0; i < raw.length; i++) {
    const hex =
      raw[i] === 0x25 ? /^[0-9a-f]{2}/i.exec(String.fromCharCode(...raw.subarray(i + 1, i + 3))) : null;
    bytes.push(hex ? Number.parseInt(hex[0], 16) : raw[i]!);
    if (hex) i += 2;
  }
  return Uint8Array.from(bytes);
}

/** A path as servers see it after they decoded it: without dot segments and runs of slashes. */
function resolved(path: Uint8Array): Uint8Array {
  // Latin-1 has a character for each byte.
  const segments = Buffer.from(path).toString('latin1').split('/');
  const kept: string[] = [];
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = kept.length > 0 && ['', '.', '..'].includes(segments.at(-1)!);
  return Uint8Array.from(Buffer.from(`/${kept.join('/')}${isFolder ? '/' : ''}`, 'latin1'));
}

/**
 * The web address of a target. Undefined where it has none, or where a hidden part of it is what distinguishes it from
 * others.
 */
export function webAddress({ url, anyQuery = false }: BlockTarget): WebAddress | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, hostname, pathname, search } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return undefined;
  const query = search === '' || anyQuery ? undefined : search.slice(1);
  // Another signature leads to the same file.
  const unsigned = query === undefined ? undefined : unsignedQuery(query);
  if (unsigned !== undefined && unsigned !== '') return undefined;
  return {
    host: hostname.replace(/\.$/, ''),
    path: resolved(decodeBytes(pathname)),
    query: unsigned === undefined ? query : undefined,
  };
}

const nowhere = 'it has no web address; give one with --context or operator.publicAddresses';
const signed =
  'a signature or token is part of its address, which events do not keep: block it with every query (--any-query) or by hand, or give its address without with --context';
const isOnWeb = ({ url }: BlockTarget): boolean => /^https?:/i.test(url ?? '');

/** Splits targets into those with a web address and those without. */
export function withAddress(targets: readonly BlockTarget[]): {
  readonly found: readonly { readonly target: BlockTarget; readonly address: WebAddress }[];
  readonly left: BlockRules['left'];
} {
  const found: { target: BlockTarget; address: WebAddress }[] = [];
  const left: { target: BlockTarget; reason: string }[] = [];
  for (const target of targets) {
    const address = webAddress(target);
    if (address) found.push({ target, address });
    else left.push({ target, reason: isOnWeb(target) ? signed : nowhere });
  }
  return { found, left };
}

const isPlain = (byte: number) => /[A-Za-z0-9_/-]/.test(String.fromCharCode(byte));
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** A regular expression for exactly these bytes. No configuration language needs to quote it. */
export const exactly = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (isPlain(byte) ? String.fromCharCode(byte) : `\\x${hex(byte)}`)).join('');

/** As `exactly`, for the UTF-8 bytes of a text. */
export const exactText = (text: string): string => exactly(new TextEncoder().encode(text));

/**
 * As `exactly`, for servers whose expressions match characters. Undefined for bytes that are no UTF-8.
 */
export function exactCharacters(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return Array.from(text, (char) =>
      /[A-Za-z0-9_/-]/.test(char) ? char : `\\x{${char.codePointAt(0)!.toString(16)}}`,
    ).join('');
  } catch {
    return undefined;
  }
}

/** A regular expression for a byte, raw or percent-encoded. */
function anyByte(byte: number): string {
  const digit = (d: string) => (/[a-f]/.test(d) ? `[${d}${d.toUpperCase()}]` : d);
  const encoded = `%${Array.from(hex(byte), digit).join('')}`;
  // A raw percent sign would begin the encoding of another byte.
  const isSendable = byte > 0x20 && byte !== 0x7f && byte !== 0x25;
  return isSendable ? `(?:${exactly(Uint8Array.of(byte))}|${encoded})` : encoded;
}

/** A regular expression for these bytes of a path in every way of writing them in a URL, raw or percent-encoded. */
export const anyEncoding = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => (byte === 0x2f ? '/+' : anyByte(byte))).join('');

/**
 * A regular expression for a query in every encoding of its names and values. The same parameters in another order, or
 * with others, are another query.
 */
export const anyQueryEncoding = (query: string): string =>
  Array.from(query.matchAll(/%[0-9a-fA-F]{2}|./gsu), ([one]) => {
    if (one === '+' || one === '%20') return '(?:\\x2b|%20)';
    if (one === '&' || one === '=') return exactText(one);
    return Array.from(decodeBytes(one), (byte) =>
      // Encoded, these are part of a name or value; raw, they end it.
      [0x26, 0x3d, 0x2b, 0x23].includes(byte)
        ? `%${hex(byte).replace(/[a-f]/, (d) => `[${d}${d.toUpperCase()}]`)}`
        : anyByte(byte),
    ).join('');
  }).join('');

/** A regular expression for what follows a host in a request: the dot of a full name, and a port. */
export const hostEnd = '\\x2e?(?::[0-9]*)?$';

/**
 * Reader and writer of a file that consists of a head, rules and a tail. `read` accepts only rules between head and
 * tail.
 */
export const textOf = (head: string, rule: RegExp, tail = ''): Pick<BlockFormat, 'write' | 'read'> => ({
  write: (rules) => head + rules.join('') + tail,
  read(text) {
    if (!text.startsWith(head) || !text.endsWith(tail)) return undefined;
    const middle = text.slice(head.length, text.length - tail.length);
    const rules = middle.match(rule) ?? [];
    return rules.join('') === middle ? rules : undefined;
  },
});

/** A value as indented JSON, ending in a newline. */
export const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The value of a JSON text; undefined for any other text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The first lines of every rule file. */
export const banner = (mark: string, lines: readonly string[]): string =>
  ['Written by hashsieve. A person must read this before it is used.', ...lines]
    .map((line) => `${mark} ${line}\n`)
    .join('');
