import { Readable } from 'node:stream';
import type { MimeNode, SplitterChunk } from '@zone-eu/mailsplit';
import { type Inside, StageError } from '../core/index.js';
import type { ByteStore, Unread } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, type Collected, collect } from './collect.js';
import { distinctNames } from './names.js';
import { chunksOf } from './store.js';
import { carriedBy } from './text.js';

/** Bytes between the parts of a message that are kept, and that are worth looking at. */
const mostBetween = 1 << 24;
const fewestBetween = 64;

/**
 * The parts of a message, those of messages inside it too, each as it was before it was encoded: `2/photo.jpg`, or `2` where it
 * has no name. What stands between them, and in their headers, is looked through as text. Raises what `Container.open` does.
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
    // Of a message inside this one, the parts come next.
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

/** Numbers of the part and of those around it, as mail programs count them: `2`, `2.1`. */
const placeOf = ({ partNr }: MimeNode, nodes: number): string => {
  const numbers = (partNr || []).filter((one) => typeof one === 'number');
  return numbers.length > 0 ? numbers.join('.') : `${nodes}`;
};

/** What a header says, the first of this name; empty where there is none. */
const headerOf = ({ headers }: MimeNode, name: string): string =>
  headers ? headers.getFirst(name) || '' : '';

/** The name that its header gives it, or the end of the address that it had on the web (RFC 2557). */
function nameOf(node: MimeNode): string | undefined {
  if (node.filename) return node.filename;
  return headerOf(node, 'content-location')
    .replace(/[?#].*/, '')
    .split('/')
    .findLast((part) => part !== '');
}

/** The bytes of a part; why not, where they are encrypted (RFC 8551, 3.2.2). */
async function decoded(node: MimeNode, body: AsyncIterable<Buffer>, budget: Budget): Promise<Collected> {
  const source = Readable.from(body, { objectMode: false });
  const got = await collect(source.pipe(node.getDecoder()), budget, { drain: true, name: 'the part' });
  return isEncrypted(node) ? { unread: encrypted } : got;
}

const encrypted: Unread = { kind: 'skipped', reason: 'encrypted', message: 'it needs a key' };

const isEncrypted = (node: MimeNode): boolean =>
  /^application\/(x-)?pkcs7-mime$/i.test(node.contentType || '') &&
  !/smime-type\s*=\s*"?(signed-data|certs-only)/i.test(headerOf(node, 'content-type'));

/** Text before the first part and behind the last, where there is more than a note for old programs. */
function* strayText(outside: Buffer, budget: Budget): Generator<Inside> {
  const text = outside.toString('latin1').replaceAll(/^--.*$/gm, '');
  if (text.trim().length < fewestBetween) return;
  budget.member();
  yield { member: 'between', bytes: Buffer.from(text, 'latin1') };
}

/** True where the message has several parts and its last boundary is not there. */
function isCut(root: MimeNode | undefined, outside: Buffer): boolean {
  if (!root?.multipart) return false;
  const header = headerOf(root, 'content-type');
  const [, quoted, plain] = /boundary\s*=\s*(?:"([^"]+)"|([^\s";]+))/i.exec(header) ?? [];
  const boundary = quoted ?? plain;
  return boundary !== undefined && !outside.includes(`--${boundary}--`);
}
