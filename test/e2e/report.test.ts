import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
import { demo, hashsieve } from '../support/cli.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-chain-'));
  writeFileSync(join(folder, 'hashsieve.config.json'), JSON.stringify({ operator }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('from a scan to a draft', () => {
  it.each(['events.json', 'events.jsonl'])('goes through %s as scan writes it', async (events) => {
    const here = (...args: string[]) =>
      hashsieve(args, { cwd: folder, env: { XDG_STATE_HOME: join(folder, 'state') } });
    const list = join(demo, 'known.csv');
    expect((await here('scan', join(demo, 'uploads'), '--list', list, '-o', events, '--quiet')).code).toBe(
      10,
    );
    const draft = await here('report', 'draft', '--events', events, '--to', 'ncmec');
    expect(draft.code).toBe(0);
    expect((await here('report', 'check', draft.stdout.trim())).code).toBe(0);
  });
});
