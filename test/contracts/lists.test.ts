import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { type ListFormatName, listFormats } from '../../src/lists/index.js';
import { loadList } from '../../src/lists/load.js';
import type { ListFormat } from '../../src/lists/types.js';
import { algorithms, bytesOf, contents, type Written, written } from '../lists/made.js';

interface Writer {
  /** Entries as the format can hold them; all by default. */
  readonly writable?: (entries: readonly Written[]) => Written[];
  /** One entry a line, what comes after the last in its line. */
  readonly write: (entries: readonly Written[]) => string;
  /** The id under which an entry is found; absent where the format has none. */
  readonly id?: (entry: Written) => string;
}

const joined = (head: string, lines: readonly string[], tail: string, comma = ',') =>
  `${head}\n${lines.join(`${comma}\n`)}${tail}\n`;
const unique = (entries: readonly Written[], key: (entry: Written) => string) => [
  ...new Map(entries.map((entry) => [key(entry), entry])).values(),
];
const safe = ({ id }: Written) => Buffer.from(id).toString('base64url');
const jsonId = ({ id }: Written) => id;

/** A writer for each format: what it writes, the format must read back. */
const writers: Record<ListFormatName, Writer> = {
  hex: { write: (entries) => entries.map(({ algorithm, hex }) => `${algorithm} ${hex}\n`).join('') },
  csv: {
    id: jsonId,
    write: (entries) =>
      [
        'id,algorithm,hash\n',
        ...entries.map(({ id, algorithm, hex }) => `"${id.replaceAll('"', '""')}",${algorithm},${hex}\n`),
      ].join(''),
  },
  jsonl: { id: jsonId, write: (entries) => entries.map((entry) => `${JSON.stringify(entry)}\n`).join('') },
  json: {
    id: jsonId,
    write: (entries) =>
      joined(
        '{"entries":[',
        entries.map((entry) => JSON.stringify(entry)),
        ']}',
      ),
  },
  vics: {
    id: jsonId,
    write: (entries) =>
      joined(
        '{"@odata.context":"http://x/DataModels/2.0.xml/US/$metadata#Media","value":[',
        entries.map(({ id, algorithm, hex }) =>
          JSON.stringify({
            MediaID: id,
            Category: 1,
            IsPrecategorized: 'false',
            AlternativeHashes: [{ HashName: algorithm, HashValue: hex }],
          }),
        ),
        ']}',
      ),
  },
  stopncii: {
    writable: (entries) => unique(entries, ({ algorithm, hex }) => algorithm + hex),
    write: (entries) =>
      joined(
        '{"count":1,"hashRecords":[',
        entries.map(({ algorithm, hex }) =>
          JSON.stringify({
            signalType: algorithm,
            hashValue: hex,
            hashStatus: 'Active',
            lastModtimestamp: 5,
          }),
        ),
        ']}',
      ),
  },
  vpdq: {
    writable: (entries) =>
      unique(
        entries.map((entry) => ({ ...entry, algorithm: 'pdq' as const, hex: entry.hex.padEnd(64, '1') })),
        ({ hex }) => hex,
      ),
    write: (entries) => entries.map(({ hex }, frame) => `${frame},100,${hex},${frame}.000\n`).join(''),
  },
  matrix: {
    writable: (entries) =>
      unique(
        entries.map((entry) => ({ ...entry, algorithm: 'pdq' as const, hex: entry.hex.padEnd(64, '1') })),
        safe,
      ),
    write: (entries) =>
      joined(
        '[',
        entries.map((entry) =>
          JSON.stringify({
            type: 'm.policy.media_hash',
            state_key: safe(entry),
            content: { 'm.pdqhash': { hash: entry.hex, quality: '100' }, reason: 'x' },
          }),
        ),
        ']',
      ),
  },
  ncmec: {
    writable: (entries) => unique(entries, safe),
    id: (entry) => `7/${safe(entry)}`,
    write: (entries) =>
      joined(
        '<?xml version="1.0" encoding="UTF-8"?><queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1">',
        entries.map(
          (entry) =>
            `<image><member id="7">A member</member><id>${safe(entry)}</id><timestamp>2024-01-02T03:04:05Z</timestamp>` +
            `<fingerprints><${entry.algorithm}>${entry.hex}</${entry.algorithm}></fingerprints></image>`,
        ),
        '</images></queryResult>',
        '',
      ),
  },
};

const load = (bytes: string | Uint8Array, format: ListFormatName | undefined, chunk = 1 << 16) =>
  loadList({ path: 'known', stream: bytesOf(bytes, chunk), algorithms, ...(format && { format }) });

describe.each(Object.entries(listFormats) as [ListFormatName, ListFormat][])(
  '%s keeps the list format contract',
  (name) => {
    const { write, id: idOf, writable = (entries: readonly Written[]) => [...entries] } = writers[name];

    it('reads back what was written, told by the content, however the bytes arrive', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(written, { minLength: 1, maxLength: 20 }),
          fc.integer({ min: 1, max: 99 }),
          async (made, chunk) => {
            const entries = writable(made);
            const { list, report } = await load(write(entries), undefined, chunk);
            expect(report).toMatchObject({ format: name, problemCount: 0 });
            const read = contents(list).map(({ algorithm, hex }) => `${algorithm} ${hex}`);
            expect(read.sort()).toEqual(entries.map(({ algorithm, hex }) => `${algorithm} ${hex}`).sort());
            if (!idOf) return;
            expect(
              contents(list)
                .map(({ id }) => id)
                .sort(),
            ).toEqual(entries.map(idOf).sort());
          },
        ),
        { numRuns: 60 },
      );
    });

    it('names the one bad line, and does not quote it', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(written, { minLength: 2, maxLength: 9 }), fc.nat(), async (made, pick) => {
          const entries = writable(made);
          fc.pre(entries.length > 1);
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
        }),
        { numRuns: 60 },
      );
    });

    it('meets any bytes with a list or a usage error', async () => {
      const mess = fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.string({ maxLength: 300 }).map((text) => new TextEncoder().encode(text)),
        fc
          .array(
            fc.constantFrom(
              '"',
              ',',
              '\n',
              '\r',
              '#',
              '{',
              '}',
              'md5',
              'a'.repeat(32),
              ' ',
              ':',
              '""',
              '[',
              ']',
              '<',
              '>',
              '<image>',
              '"value"',
              '/',
            ),
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
