import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { planScan, scan } from '../../src/app/index.js';
import { UsageError } from '../../src/core/index.js';
import type { OutputRecord } from '../../src/outputs/types.js';
import { lines } from '../support/cli.js';
import { drawnFolder, here, listener } from './pictures.js';

it('a scan hands over its events, tells its counts and writes its outputs, without a terminal', async () => {
  const { uploads, at, list } = await drawnFolder(3);
  const records: OutputRecord[] = [];
  const progress: number[] = [];
  const known = await list('known.csv', [2]);
  const options = {
    ...here,
    list: [known],
    output: [at('events.jsonl')],
    summary: at('summary.json'),
    heartbeat: at('beat.json'),
  };
  const report = await scan(
    [uploads],
    options,
    {},
    {
      onRecord: (record) => records.push(record),
      begin: async () => ({
        update: ({ outcomes }) => progress.push(outcomes.matched + outcomes.clear),
        aside: () => {},
        stop: () => progress.push(-1),
      }),
    },
  );
  expect(report).toMatchObject({
    code: 10,
    why: [],
    summary: { found: 3, outcomes: { matched: 1, clear: 2, skipped: 0, failed: 0 } },
    lists: [{ name: 'known', entries: 1 }, {}],
  });
  expect(records).toMatchObject([{ outcome: 'matched', uri: expect.stringMatching(/2\.png$/) }]);
  expect(lines(readFileSync(at('events.jsonl'), 'utf8'))).toMatchObject([{ scanId: report.scanId }]);
  const summary = JSON.parse(readFileSync(at('summary.json'), 'utf8')) as object;
  expect(summary).toMatchObject({ scanId: report.scanId, complete: true, exitCode: 10 });
  expect(JSON.parse(readFileSync(at('beat.json'), 'utf8'))).toMatchObject({ state: 'ended', exitCode: 10 });
  expect(progress).toEqual([1, 2, 3, -1]);
});

it('a scan of something that cannot be decoded says why it is not complete', async () => {
  const { uploads, at, list, picture } = await drawnFolder(2);
  writeFileSync(`${uploads}/broken.png`, readFileSync(picture(1)).subarray(0, 60));
  const report = await scan([uploads], { ...here, list: [await list('known.csv', [2])], fail: false });
  expect(report).toMatchObject({
    code: 3,
    why: ['failed'],
    summary: { outcomes: { matched: 1, failed: 1 } },
  });
  expect(existsSync(at('events.jsonl'))).toBe(false);
});

it('a scan that cannot begin raises what is wrong, and leaves neither an output nor a lock', async () => {
  const { uploads, at } = await drawnFolder(1);
  const options = { ...here, output: [at('events.jsonl')], lock: at('lock'), heartbeat: at('beat.json') };
  await expect(scan([uploads], options)).rejects.toThrow(UsageError);
  await expect(scan([at('nowhere')], options)).rejects.toThrow('no such file');
  expect(existsSync(at('events.jsonl'))).toBe(false);
  expect(JSON.parse(readFileSync(at('beat.json'), 'utf8'))).toMatchObject({ state: 'refused', exitCode: 2 });
});

it('a scan that its caller ends tells what is done by then', async () => {
  const { uploads, list } = await drawnFolder(3);
  const stop = new AbortController();
  const options = { ...here, list: [await list('known.csv', [1])], jobs: 1 };
  const onRecord = () => stop.abort();
  const report = await scan([uploads], options, { signal: stop.signal }, { onRecord });
  expect(report).toMatchObject({ code: 130, summary: { interrupted: true, outcomes: { matched: 1 } } });
  expect(report.why).toContain('interrupted');
});

it('nothing is written to standard output unless somebody gives a stream for it', async () => {
  const { uploads, list } = await drawnFolder(1);
  const options = { ...here, list: [await list('known.csv', [1])] };
  await expect(scan([uploads], { ...options, output: ['-'] })).rejects.toThrow('no standard output');
  let text = '';
  const stream = {
    write: async (more: string) => {
      text += more;
      return true;
    },
    stdoutIsTerminal: false,
    colour: { stdout: false, stderr: false },
  };
  await scan([uploads], options, { stream });
  expect(lines(text)).toMatchObject([{ schema: 'hashsieve/event/1' }]);
});

it('warnings about lists are heard by the voice that is given', async () => {
  const { uploads, at } = await drawnFolder(1);
  writeFileSync(at('bad.txt'), `no hash at all\n${createHash('md5').update('x').digest('hex')}\n`);
  const { heard, voice } = listener();
  const report = await scan([uploads], { ...here, list: [at('bad.txt')] }, { voice });
  expect(report).toMatchObject({ code: 3, why: ['lists'] });
  expect(heard.join('\n')).toMatch(/bad\.txt line 1/);
});

it('the plan of a scan tells the thresholds that follow from its lists', async () => {
  const { list } = await drawnFolder(1);
  const known = await list('known.csv', [1]);
  expect(await planScan({ list: [known], strictness: 'balanced' })).toMatchObject({
    thresholds: { pdq: expect.any(Number) },
  });
  expect((await planScan({ list: [known], threshold: { pdq: '7' } })).thresholds.pdq).toBe(7);
  // Without a list a scan looks for the test picture.
  expect(await planScan({})).toMatchObject({ thresholds: { sha256: 0, pdq: 31 } });
});
