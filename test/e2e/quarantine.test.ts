import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { cacheLines } from '../../src/app/summary-text.js';
import type { CommandContext } from '../../src/cli/command.js';
import { emptySummary } from '../../src/core/summary.js';
import { createRunner } from '../../src/runners/runner.js';
import { openRun } from '../../src/runs/run.js';
import { createScanner, wirePorts } from '../../src/scanner/scanner.js';
import { sources } from '../../src/sources/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { settled } from '../support/settled.js';

const script = pathToFileURL(resolve(import.meta.dirname, '../runners/faulty-worker.mjs'));
const setup = { algorithms: ['pdq'] as const, sources: [] };

/** A run of the program over a directory, but for a decoder that crashes on purpose. */
async function run(uploads: string, ledger: string, values: Record<string, unknown> = {}) {
  const terminal = { say() {} };
  const context = {
    args: [uploads],
    values: { ledger, quiet: true, ...values },
    terminal,
    environment: {},
    signal: new AbortController().signal,
    config: { blocks: {} },
  } as unknown as CommandContext;
  const limits = { silentSeconds: 1, memory: 400e6 };
  const ports = wirePorts(setup);
  const runner = createRunner(ports, { workers: 2, setup, limits, script });
  const scanner = { ...createScanner(setup), map: runner.map };
  const opened = await openRun(context, scanner, true);
  const outcomes: Record<string, string> = {};
  const source = sources.directory({ path: uploads, exclude: ['*.tries'] }).list();
  for await (const some of opened.results(source, () => {}, context.signal))
    for (const { result, settle } of some) {
      const name = result.ref.uri.split('/').at(-1)!;
      outcomes[name] = result.outcome === 'failed' ? `${result.stage}/${result.code}` : result.outcome;
      if (result.outcome === 'failed')
        expect(result.fingerprints.map(({ algorithm }) => algorithm)).toEqual(['md5', 'sha1', 'sha256']);
      settle();
    }
  opened.end(emptySummary(), { ended: true, complete: true });
  opened.close();
  runner.close();
  await scanner.close();
  await ports.close();
  return { outcomes, cache: opened.cache };
}

describe('a picture that crashes the decoder', () => {
  it.each(['segv', 'kill', 'loop', 'memory'])(
    'by %s is tried twice, then left alone by every later run, until somebody asks for it',
    async (fault) => {
      const dir = tempDir();
      const uploads = join(dir, 'uploads');
      mkdirSync(uploads);
      for (const name of ['a', fault, 'z'])
        writeFileSync(join(uploads, `${name}.jpg`), await draw(name.length).jpeg().toBuffer());
      await settled(uploads);
      const tries = () => readFileSync(join(uploads, `${fault}.jpg.tries`), 'utf8').length;
      const ledger = join(dir, 'l');
      const expected = { 'a.jpg': 'clear', [`${fault}.jpg`]: 'decode/decode-crashed', 'z.jpg': 'clear' };

      const first = await run(uploads, ledger);
      expect(first.outcomes).toEqual(expected);
      expect([tries(), first.cache.quarantined]).toEqual([2, 0]);

      const second = await run(uploads, ledger);
      expect(second.outcomes).toEqual(expected);
      expect([tries(), second.cache.quarantined]).toEqual([2, 1]);
      expect(cacheLines(second.cache).join()).toMatch(/1 crashed the decoder before.*--retry-quarantined/);

      const third = await run(uploads, ledger);
      expect([tries(), third.cache.quarantined, third.cache.reused]).toEqual([2, 1, 3]);

      const asked = await run(uploads, ledger, { retryQuarantined: true });
      expect(asked.outcomes).toEqual(expected);
      expect([tries(), asked.cache.reused]).toEqual([4, 2]);
      await run(uploads, ledger, { cache: false });
      expect(tries()).toBe(6);
    },
  );
});
