import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { type Keyed, LatestByKey } from '../../src/lists/latest-by-key.js';

const scratch = mkdtempSync(join(tmpdir(), 'hashsieve-latest-'));
afterEach(() => vi.unstubAllEnvs());
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Row = Keyed & { readonly n: number; readonly text?: string };

const rows: fc.Arbitrary<Row[]> = fc
  .array(
    fc.record(
      {
        key: fc.constantFrom('a', 'b', 'B', 'ä', '\u{10000}', '\uffff', 'a\u2028b', '42/x'),
        updated: fc.constantFrom(
          '2024-01-01T00:00:00.000Z',
          '2024-01-02T00:00:00.000Z',
          '2024-01-03T00:00:00.000Z',
        ),
        deleted: fc.boolean(),
      },
      { requiredKeys: ['key'] },
    ),
    { maxLength: 60 },
  )
  .map((all) => all.map((row, n) => ({ ...row, n, text: 'line\nend' })));

async function outcome(given: readonly Row[], limit: number) {
  const latest = new LatestByKey<Row>(scratch, limit);
  try {
    for (const row of given) await latest.add(row);
    const all: Row[] = [];
    for await (const row of latest.currentAndWithdrawn()) all.push(row);
    const standing: Row[] = [];
    for await (const row of latest.current()) standing.push(row);
    return { all, standing };
  } finally {
    await latest.close();
  }
}

describe('the standing rows', () => {
  it('are the same whether they go through files or not', () =>
    fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (given, limit) => {
        const memory = await outcome(given, 1000);
        expect(await outcome(given, limit)).toEqual(memory);
        expect(memory.standing).toEqual(memory.all.filter(({ deleted }) => deleted !== true));
        expect(new Set(memory.all.map(({ key }) => key))).toEqual(new Set(given.map(({ key }) => key)));
        // The newest of a key stands; of the equally new ones the last.
        for (const { key, updated, n } of memory.all) {
          if (given.some((row) => row.key === key && row.updated === undefined)) continue;
          const newest = given.filter((row) => row.key === key && row.updated! >= updated!);
          expect(newest.at(-1)?.n).toBe(n);
          expect(newest.every((row) => row.updated === updated)).toBe(true);
        }
      }),
      { numRuns: 60 },
    ));

  it('come in the order of their keys from a hundred files', async () => {
    const given = Array.from({ length: 1000 }, (_, n) => ({ key: `k${(n * 7919) % 500}`, n }));
    const { all } = await outcome(given, 10);
    expect(all.map(({ key }) => key)).toEqual([...new Set(given.map(({ key }) => key))].sort());
    expect(all.every(({ key, n }) => given.findLast((row) => row.key === key)?.n === n)).toBe(true);
  });

  it('say where their files cannot be written, and what to do', async () => {
    const missing = join(scratch, 'missing');
    vi.stubEnv('TMPDIR', missing);
    const latest = new LatestByKey<Row>(undefined, 2);
    await latest.add({ key: 'a', n: 0 });
    const full = latest.add({ key: 'b', n: 1 });
    await expect(full).rejects.toThrow(UsageError);
    await expect(full).rejects.toThrow(`cannot be written to ${missing} (ENOENT): set TMPDIR`);
    await latest.close();
  });

  it('leave files behind for nobody: private while they are there, gone after', async () => {
    const latest = new LatestByKey<Row>(scratch, 2);
    for (let n = 0; n < 9; n++) await latest.add({ key: `k${n}`, n });
    const [directory] = readdirSync(scratch);
    expect(statSync(join(scratch, directory!)).mode & 0o777).toBe(0o700);
    const files = readdirSync(join(scratch, directory!));
    expect(files).toHaveLength(4);
    for (const file of files) expect(statSync(join(scratch, directory!, file)).mode & 0o777).toBe(0o600);
    await latest.close();
    expect(readdirSync(scratch)).toEqual([]);
  });
});
