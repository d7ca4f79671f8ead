import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { type ListFormatName, listFormats } from '../../src/lists/index.js';
import { loadList } from '../../src/lists/load.js';
import type { ListFormat } from '../../src/lists/types.js';
import { algorithms, bytesOf, contents, type Written, written } from '../lists/made.js';

/** A writer for each format: what it writes, the format must read back. */
const writers: Record<ListFormatName, (entries: readonly Written[]) => string> = {
  hex: (entries) => entries.map(({ algorithm, hex }) => `${algorithm} ${hex}\n`).join(''),
  csv: (entries) =>
    [
      'id,algorithm,hash\n',
      ...entries.map(({ id, algorithm, hex }) => `"${id.replaceAll('"', '""')}",${algorithm},${hex}\n`),
    ].join(''),
  jsonl: (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''),
};

const load = (bytes: string | Uint8Array, format: ListFormatName | undefined, chunk = 1 << 16) =>
  loadList({ path: 'known', stream: bytesOf(bytes, chunk), algorithms, ...(format && { format }) });

describe.each(Object.entries(listFormats) as [ListFormatName, ListFormat][])(
  '%s keeps the list format contract',
  (name) => {
    const write = writers[name];

    it('reads back what was written, told by the content, however the bytes arrive', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(written, { minLength: 1, maxLength: 20 }),
          fc.integer({ min: 1, max: 99 }),
          async (entries, chunk) => {
            const { list, report } = await load(write(entries), undefined, chunk);
            expect(report).toMatchObject({ format: name, problemCount: 0 });
            const read = contents(list).map(({ algorithm, hex }) => `${algorithm} ${hex}`);
            expect(read.sort()).toEqual(entries.map(({ algorithm, hex }) => `${algorithm} ${hex}`).sort());
            if (name === 'hex') return;
            expect(
              contents(list)
                .map(({ id }) => id)
                .sort(),
            ).toEqual(entries.map(({ id }) => id).sort());
          },
        ),
        { numRuns: 60 },
      );
    });

    it('names the one bad line, and does not quote it', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(written, { minLength: 2, maxLength: 9 }),
          fc.nat(),
          async (entries, pick) => {
            const lines = write(entries).trimEnd().split('\n');
            const first = lines.length - entries.length;
            const bad = first + (pick % entries.length);
            const { hex } = entries[bad - first]!;
            // A digit too few: no format can take it for a hash.
            lines[bad] = lines[bad]!.replace(hex, hex.slice(1));
            const { list, report } = await load(lines.join('\n'), name);
            expect(report.problems.map(({ line }) => line)).toEqual([bad + 1]);
            expect(JSON.stringify(report.problems)).not.toContain(hex.slice(1, 9));
            expect(list.identity.entries).toBe(entries.length - 1);
          },
        ),
        { numRuns: 60 },
      );
    });

    it('meets any bytes with a list or a usage error', async () => {
      const mess = fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
        fc
          .array(
            fc.constantFrom('"', ',', '\n', '\r', '#', '{', '}', 'md5', 'a'.repeat(32), ' ', ':', '""'),
            { maxLength: 40 },
          )
          .map((parts) => new TextEncoder().encode(parts.join(''))),
      );
      await fc.assert(
        fc.asyncProperty(mess, async (bytes) => {
          const outcome = await load(bytes, name).then(
            ({ list }) => list.identity.entries > 0,
            (error: unknown) => error instanceof UsageError,
          );
          expect(outcome).toBe(true);
        }),
        { numRuns: 300 },
      );
    });
  },
);
