import { Readable } from 'node:stream';
import type { Headers as Typed } from 'tar-stream';
import { type Inside, StageError } from '../core/index.js';
import type { Unread } from '../core/types.js';
import type { Budget } from './budget.js';
import { archiveDamaged, type Collected, collect, damaged } from './collect.js';
import { distinctNames, nameOf } from './names.js';
import {
  type GnuMember,
  gnuMembers,
  type Sparse,
  type SparseAttributes,
  sparseOf,
  withZeros,
} from './tar-sparse.js';

/** Attributes (POSIX.1-2001, pax) are not in the types of tar-stream. */
type Headers = Typed & { readonly pax?: Readonly<Record<string, string>> | null };

/** The most bytes that may belong to no member: long names, attributes, the zeros at the end. */
const mostOverhead = 16e6;

/** Yields the members of a tar file that comes as a stream. Raises what `Container.open` does. */
export async function* tarMembers(source: AsyncIterable<Uint8Array>, budget: Budget): AsyncGenerator<Inside> {
  const { extract } = await import('tar-stream');
  const distinct = distinctNames();
  let fed = 0;
  let announced = 0;
  let failure: { readonly error: unknown } | undefined;
  // tar-stream keeps long names and attributes in memory, whatever their length.
  async function* bounded() {
    try {
      for await (const chunk of source) {
        fed += chunk.length;
        if (fed - announced > mostOverhead)
          throw new StageError('decode', 'archive-limit', `${mostOverhead} bytes belong to no member`);
        yield chunk;
      }
    } catch (error) {
      // The stream ends here like a cut file, so that the members before the error still come.
      failure = { error };
    }
  }
  // Names come as Latin-1, which keeps every byte; old archives have no mark of their format.
  const tar = extract({ filenameEncoding: 'latin1', allowUnknownFormat: true } as object);
  const gnu = gnuMembers(bounded());
  const input = Readable.from(gnu.chunks, { objectMode: false });
  input.pipe(tar);
  try {
    for await (const entry of tar) {
      const header: Headers = entry.header;
      announced += (header.size ?? 0) + 2048;
      if (header.type === 'directory') {
        entry.resume();
        continue;
      }
      budget.member();
      const name =
        header.pax?.['GNU.sparse.name'] ?? header.pax?.path ?? nameOf(Buffer.from(header.name, 'latin1'));
      const got = await collect(entry, budget, { drain: true });
      const special = header.type ? undefined : gnu.next(header.size ?? 0);
      if (special && (special.flag === 'V' || special.flag === 'D')) continue; // the label, the names in a folder
      const whole = filled(header, special, got, budget);
      const other = whole ? undefined : unlessFile(header, got);
      yield { member: distinct(name), ...(whole ?? (other ? { unread: other } : got)) };
    }
    if (failure) throw failure.error;
  } catch (error) {
    throw archiveDamaged(failure ? failure.error : error);
  } finally {
    input.destroy();
    tar.destroy();
  }
}

/**
 * Puts a file together that the archive stores without its zeros. Undefined for every other member, and for sparse
 * formats that `sparseOf` does not read.
 */
function filled(
  { pax }: Headers,
  special: GnuMember | undefined,
  { bytes, unread }: Collected,
  budget: Budget,
): Collected | undefined {
  if (!bytes) return undefined;
  const told: { readonly sparse: Sparse; readonly bytes: Uint8Array } | undefined = special?.sparse
    ? { sparse: special.sparse, bytes }
    : sparseOf((pax ?? {}) as SparseAttributes, bytes);
  if (!told) return undefined;
  const { maxBytes } = budget.limits;
  const { size } = told.sparse;
  if (size > maxBytes)
    return {
      unread: { kind: 'failed', stage: 'fetch', code: 'too-large', message: `larger than ${maxBytes} bytes` },
    };
  budget.spend(Math.max(0, size - bytes.length));
  try {
    return { bytes: withZeros(told.bytes, told.sparse), ...(unread ? { unread } : {}) };
  } catch (error) {
    return { bytes, unread: damaged('it cannot be put together', error) };
  }
}

/**
 * Why hashsieve does not look at a member; undefined if it does. A member that is no file may still have bytes, as
 * links may (POSIX.1-2001, pax).
 */
function unlessFile({ type, pax }: Headers, { bytes, unread }: Collected): Unread | undefined {
  if (Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.')))
    return { kind: 'skipped', reason: 'unsupported-format', message: 'a file stored without its zeros' };
  if (type === 'file' || type === 'contiguous-file') return undefined;
  if (type && (unread || bytes!.length > 0)) return undefined;
  if (type === 'symlink' || type === 'link')
    return { kind: 'skipped', reason: 'symlink', message: 'a link to another member or file' };
  if (type === null || type === undefined)
    return { kind: 'skipped', reason: 'unsupported-format', message: 'a kind of member that is not read' };
  return { kind: 'skipped', reason: 'not-an-image', message: `a ${type}` };
}
