import { Readable } from 'node:stream';
import type { MimeNode, SplitterChunk } from '@zone-eu/mailsplit';
import { type Inside, StageError } from '../core/index.js';
import type { ByteStore, Unread } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, type Collected, collect } from './collect.js';
import { distinctNames } from './names.js';
import { chunksOf } from './store.js';
import { carriedBy } from './text.js';

/** The most bytes between the parts of a message that are kept, and the fewest characters that are looked through. */
const mostBetween = 1 << 24;
const fewestBetween = 64;

/**
 * Yields the parts of a message and of messages inside it, decoded: `2/photo.jpg`, or `2` if the part has no name.
 * Files that the headers carry as text come as `2/header/…`, and the text between the parts comes as the member
 * `between`. Raises what `Container.open` does.
 */
export async function* mailParts(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const { Splitter } = await import('@zone-eu/mailsplit');
  const splitter = new Splitter({ defaultInlineEmbedded: true });
  const input = Readable.from(chunksOf(store), { objectMode: false });
  input.on('error', (error) => splitter.destroy(error));
  const parts = partsOf(input.pipe(splitter), budget);
  try {
    yield* parts;
  } catch (error) {
    throw isLimit(error)
      ? new StageError('decode', 'archive-limit', `the message goes too far: ${error.message}`)
      : archiveDamaged(error);
  } finally {
    input.destroy();
    splitter.destroy();
  }
}

const isLimit = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && error.code === 'EMAXLEN';

async function* partsOf(chunks: AsyncIterable<SplitterChunk>, budget: Budget): AsyncGenerator<Inside> {
  const distinct = distinctNames();
  const between: Buffer[] = [];
  let lengthBetween = 0;
  let root: MimeNode | undefined;
  let nodes = 0;
  const all = chunks[Symbol.asyncIterator]();
  let next = await all.next();
  while (!next.done) {
    const chunk = next.value as SplitterChunk;
    next = await all.next();
    if (chunk.type === 'data') {
      lengthBetween += chunk.value.length;
      if (lengthBetween > mostBetween)
        throw new StageError('decode', 'archive-limit', `${mostBetween} bytes belong to no part`);
      between.push(chunk.value);
    }
    if (chunk.type !== 'node') continue;
    nodes += 1;
    root ??= chunk;
    const place = placeOf(chunk, nodes);
    for (const { member, ...carried } of carriedBy(chunk.getHeaders(), budget))
      yield { member: distinct(`${place}/header/${member}`), ...carried };
    // The parts of a group, or of a message inside this one, come next.
    if (chunk.multipart || chunk.messageNode) continue;
    budget.member();
    async function* body() {
      for (; !next.done; next = await all.next()) {
        const { type, value } = next.value as { readonly type: string; readonly value: Buffer };
        if (type !== 'body') return;
        yield value;
      }
    }
    const got = await decoded(chunk, body(), budget);
    const name = nameOf(chunk);
    yield { member: distinct(name === undefined ? place : `${place}/${name}`), ...got };
  }
  const outside = Buffer.concat(between);
  yield* strayText(outside, budget);
  if (isCut(root, outside)) throw new Error('it breaks off before its last boundary');
}

/** The number of a part behind the numbers of the parts around it, as mail programs count them: `2`, `2.1`. */
const placeOf = ({ partNr }: MimeNode, nodes: number): string => {
  const numbers = (partNr || []).filter((one) => typeof one === 'number');
  return numbers.length > 0 ? numbers.join('.') : `${nodes}`;
};

/** The first header line of this name; empty if there is none. */
const headerOf = ({ headers }: MimeNode, name: string): string =>
  headers ? headers.getFirst(name) || '' : '';

/**
 * The name of a part from its header, or from the end of its address on the web (RFC 2557); undefined without either.
 */
function nameOf(node: MimeNode): string | undefined {
  if (node.filename) return node.filename;
  return headerOf(node, 'content-location')
    .replace(/[?#].*/, '')
    .split('/')
    .findLast((part) => part !== '');
}

/** Decodes the bytes of a part. An encrypted part (RFC 8551, 3.2.2) comes without bytes, with that reason. */
async function decoded(node: MimeNode, body: AsyncIterable<Buffer>, budget: Budget): Promise<Collected> {
  const source = Readable.from(body, { objectMode: false });
  const got = await collect(source.pipe(node.getDecoder()), budget, { drain: true, name: 'the part' });
  return isEncrypted(node) ? { unread: encrypted } : got;
}

const encrypted: Unread = { kind: 'skipped', reason: 'encrypted', message: 'it needs a key' };

const isEncrypted = (node: MimeNode): boolean =>
  /^application\/(x-)?pkcs7-mime$/i.test(node.contentType || '') &&
  !/smime-type\s*=\s*"?(signed-data|certs-only)/i.test(headerOf(node, 'content-type'));

/** Yields the text outside the parts as the member `between`, if it has at least `fewestBetween` characters. */
function* strayText(outside: Buffer, budget: Budget): Generator<Inside> {
  const text = outside.toString('latin1').replaceAll(/^--.*$/gm, '');
  if (text.trim().length < fewestBetween) return;
  budget.member();
  yield { member: 'between', bytes: Buffer.from(text, 'latin1') };
}

/** True if the message has several parts and its last boundary is missing. */
function isCut(root: MimeNode | undefined, outside: Buffer): boolean {
  if (!root?.multipart) return false;
  const header = headerOf(root, 'content-type');
  const [, quoted, plain] = /boundary\s*=\s*(?:"([^"]+)"|([^\s";]+))/i.exec(header) ?? [];
  const boundary = quoted ?? plain;
  return boundary !== undefined && !outside.includes(`--${boundary}--`);
}
