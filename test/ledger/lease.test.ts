import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DetectionEvent } from '../../src/core/types.js';
import { here, startOf } from '../../src/files/index.js';
import { allDrivers, type Database } from '../../src/ledger/driver.js';
import { Ledger } from '../../src/ledger/index.js';
import { deliver } from '../../src/notify/index.js';

const drivers = await allDrivers();
const asked = { what: 'the same scan', wayOut: 'wait' };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  path = join(folder, 'l');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Makes the lease that is there look like one of another process. */
function pretend(database: Database, values: Readonly<Record<string, string | number | null>>): void {
  const names = Object.keys(values);
  database
    .prepare(`UPDATE leases SET ${names.map((name) => `${name} = @${name}`).join(', ')}, token = 'other'`)
    .run(values);
}

/** A process that has ended; its number is another's by now, or nobody's. */
async function endedProcess(): Promise<{ pid: number; started: string | null }> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()']);
  await once(child, 'spawn');
  const pid = child.pid!;
  const started = startOf(pid) ?? null;
  child.kill('SIGKILL');
  await once(child, 'close');
  return { pid, started };
}

describe.each(drivers)('a lease, with $name', (driver) => {
  const opened: Ledger[] = [];
  const open = async () => {
    const ledger = await Ledger.open(path, { load: async () => driver });
    opened.push(ledger);
    return ledger;
  };
  afterEach(() => {
    for (const ledger of opened.splice(0)) ledger.close();
  });

  it('is had by one at a time, who is named; others have leases of other names', async () => {
    const [one, other] = [await open(), await open()];
    const lease = await one.lease('a', asked);
    await expect(other.lease('a', asked)).rejects.toThrow(
      new RegExp(`the same scan is under way already, in process ${process.pid} on .+ since 20.+Z; wait`),
    );
    await other.lease('b', asked);
    lease!.release();
    await other.lease('a', asked);
  });

  it('is let go when its ledger is closed, and had by who waits for it', async () => {
    const [one, other] = [await open(), await open()];
    await one.lease('a', asked);
    const waited: string[] = [];
    const second = other.lease('a', { ...asked, wait: true, onWait: () => waited.push('waits') });
    await expect.poll(() => waited).toEqual(['waits']);
    one.close();
    expect(await second).toBeDefined();
  });

  it('of a process that was killed is taken over at once', async () => {
    const ledger = await open();
    await ledger.lease('a', asked);
    pretend(ledger.database, await endedProcess());
    expect(await ledger.lease('a', asked)).toBeDefined();
  });

  it('of a process that lives is not, however long nothing was heard of it', async () => {
    const ledger = await open();
    await ledger.lease('a', asked);
    pretend(ledger.database, { beat: 1, expires: 2 });
    const tried = ledger.lease('a', asked);
    // Where the system does not say when a process was started, another may have its number by now.
    if (startOf(process.pid) === undefined) expect(await tried).toBeDefined();
    else await expect(tried).rejects.toThrow(/under way already/);
  });

  it.each([
    ['of another machine', { host: 'elsewhere', boot: 'b' }],
    ['of another container', { container: 'pid:[1]' }],
  ])('%s is taken over once it has expired, and not before', async (_name, values) => {
    const ledger = await open();
    await ledger.lease('a', asked);
    pretend(ledger.database, { ...values, ...(await endedProcess()) });
    await expect(ledger.lease('a', asked)).rejects.toThrow(/under way already/);
    pretend(ledger.database, { expires: Date.now() - 1 });
    expect(await ledger.lease('a', asked)).toBeDefined();
  });

  it.runIf(here.boot !== '')('of before the machine was started is taken over at once', async () => {
    const ledger = await open();
    await ledger.lease('a', asked);
    pretend(ledger.database, { boot: 'an earlier one' });
    expect(await ledger.lease('a', asked)).toBeDefined();
  });

  it('whose time lies far ahead does not hold for ever', async () => {
    const ledger = await open();
    await ledger.lease('a', asked);
    const far = Date.now() + 1e12;
    pretend(ledger.database, { host: 'elsewhere', boot: 'b', beat: far, expires: far });
    expect(await ledger.lease('a', asked)).toBeDefined();
  });

  it.each(['pid', 'since', 'expires'])(
    'whose %s is damaged names no process: it is taken over',
    async (column) => {
      const ledger = await open();
      await ledger.lease('a', asked);
      pretend(ledger.database, { [column]: -1 });
      expect(await ledger.lease('a', asked)).toBeDefined();
    },
  );

  it('that was taken over ends what relied on it, before it writes', async () => {
    const ledger = await open();
    const lease = await ledger.lease('a', asked);
    const plan = { command: 'scan', key: 'k', tool: '1', lists: [] } as const;
    const run = ledger.begin(plan, 1, false, lease);
    pretend(ledger.database, { pid: 1 });
    const result = { outcome: 'failed', stage: 'fetch', code: 'c', message: 'm' } as const;
    const ref = { uri: 'file:///a' };
    const settled = {
      ref,
      result: { ref, fingerprints: [], withheld: [], ...result },
      at: 1,
      tool: '1',
      entry: { state: 'unread' } as const,
    };
    expect(() => {
      run.settle(settled);
      run.flush();
    }).toThrow(/another process has taken over/);
    expect(ledger.database.value('SELECT count(*) FROM results')).toBe(0);
  });
});

it.each(drivers)('a ledger that is opened twice in a process keeps its locks ($name)', async (driver) => {
  const load = async () => driver;
  const one = await Ledger.open(path, { load });
  const other = await Ledger.open(path, { load });
  other.close();
  // Another process would have to itself what this one still uses.
  const script = `
    const open = ${driver.name === 'libsql' ? "(p) => new (require('libsql'))(p)" : "(p) => new (process.getBuiltinModule('node:sqlite').DatabaseSync)(p)"};
    try { open(process.argv[1]).exec('BEGIN EXCLUSIVE'); console.log('alone'); } catch (error) { console.log('busy'); }`;
  const child = spawn(process.execPath, ['-e', script, `${path}-lock`], { cwd: process.cwd() });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(text).trim()).toBe('busy');
  one.close();
});

it('delivery to a target is for one process at a time: who comes second delivers what is left', async () => {
  const [one, other] = [await Ledger.open(path), await Ledger.open(path)];
  const desk = {
    name: 'desk',
    type: 'command',
    command: [process.execPath, '-e', "require('fs').appendFileSync('told', 'x')"],
    directory: folder,
  } as const;
  one.targets = ['desk'];
  const match = { list: 'l', entryId: '1', algorithm: 'pdq', distance: 0, threshold: 31, category: 'test' };
  const event = {
    id: 'e1',
    uri: 'file:///a',
    detectedAt: new Date(1).toISOString(),
    best: match,
    matches: [match],
  };
  one
    .begin({ command: 'scan', key: 'k', tool: '1', lists: [] }, 1)
    .detect(event as unknown as DetectionEvent, 1);
  const lease = await one.lease('notices to desk', asked);
  const asking = vi.spyOn(other, 'lease');
  const delivering = deliver(other, { when: 'at-once', interval: 1, targets: [desk] }, 1);
  await expect.poll(() => asking.mock.calls.length).toBe(1);
  expect(existsSync(join(folder, 'told'))).toBe(false);
  lease!.release();
  expect(await delivering).toEqual([]);
  expect(readFileSync(join(folder, 'told'), 'utf8')).toBe('x');
  one.close();
  other.close();
});
