import { type Inside, isTarHeader } from '../core/index.js';
import type { Budget } from './budget.js';
import { archiveDamaged, collect } from './collect.js';
import { tarMembers } from './tar.js';

/** Bytes by which a tar file is recognised. */
const peek = 512;

/**
 * Yields what a packed file holds. If that is a tar file, these are its members, else it is the one file under the name
 * that `name` gives. Raises what `Container.open` does.
 * @param unpacked the unpacked bytes; it raises an error where they break off.
 */
export async function* contentsOf(
  unpacked: AsyncIterable<Uint8Array>,
  name: () => Promise<string>,
  budget: Budget,
): AsyncGenerator<Inside> {
  const chunks = unpacked[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let failure: { readonly error: unknown } | undefined;
  try {
    while (head.length < peek) {
      const next = await chunks.next();
      if (next.done) break;
      head = Buffer.concat([head, next.value]);
    }
  } catch (error) {
    failure = { error };
  }
  async function* all() {
    if (head.length > 0) yield head;
    if (failure) throw failure.error;
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
  }
  try {
    if (isTarHeader(head)) yield* tarMembers(all(), budget);
    else {
      budget.member();
      yield { member: await name(), ...(await collect(all(), budget)) };
    }
  } catch (error) {
    throw archiveDamaged(error);
  } finally {
    await chunks.return?.();
  }
}
