import type { Inside } from '../core/index.js';
import type { ByteStore } from '../core/types.js';
import type { Budget } from './budget.js';
import { collect } from './collect.js';
import { chunksOf } from './store.js';

/** The most bytes of the line before a message. */
const longestLine = 1024;

/** Whether a line is the one that stands before each message and says who sent it and when (RFC 4155). */
const isSeparator = (line: string) => /^From .*\d\d?:\d\d(:\d\d)?\b.*\d{4}\s*$/.test(line);

/**
 * Yields the messages of a mailbox, numbered from 1, without the line before each. Raises what `Container.open` does.
 */
export async function* mboxMessages(store: ByteStore, budget: Budget): AsyncGenerator<Inside> {
  const pieces = piecesOf(store);
  let next = await pieces.next();
  for (let number = 1; !next.done; number++) {
    let isFirst = true;
    async function* message() {
      for (; !next.done && (isFirst || !next.value.begins); next = await pieces.next()) {
        isFirst = false;
        yield next.value.bytes;
      }
    }
    budget.member();
    yield {
      member: `${number}`,
      ...(await collect(message(), budget, { drain: true, name: 'the message' })),
    };
  }
}

interface Piece {
  /** True for the first of a message. */
  readonly begins: boolean;
  readonly bytes: Buffer;
}

/** Reads the file in pieces. No piece reaches over the beginning of a message. */
async function* piecesOf(store: ByteStore): AsyncGenerator<Piece, undefined> {
  let rest = Buffer.from('\n');
  let begins = true;
  for await (const chunk of chunksOf(store)) {
    const bytes = Buffer.concat([rest, chunk]);
    let from = 0;
    for (let at = bytes.indexOf('\nFrom '); at >= 0; at = bytes.indexOf('\nFrom ', at + 1)) {
      const end = bytes.indexOf('\n', at + 1);
      // If the line goes on in the next chunk, the loop finds it there again.
      if (end < 0 || end > at + longestLine || !isSeparator(bytes.toString('latin1', at + 1, end))) continue;
      if (at > from) yield { begins, bytes: bytes.subarray(from, at + 1) };
      begins = true;
      from = end + 1;
    }
    const keep = Math.max(from, bytes.length - longestLine);
    if (keep > from) {
      yield { begins, bytes: bytes.subarray(from, keep) };
      begins = false;
    }
    rest = bytes.subarray(keep);
  }
  if (rest.length > 0) yield { begins, bytes: rest };
  return undefined;
}
