import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { UsageError } from '../../src/core/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { leaseOfPlan } from '../../src/runs/index.js';

let folder: string;
let one: Ledger;
let other: Ledger;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  one = await Ledger.open(join(folder, 'l'));
  other = await Ledger.open(join(folder, 'l'));
});
afterEach(() => {
  one.close();
  other.close();
  rmSync(folder, { recursive: true });
});

const context = (values: object, say = vi.fn<(text: string) => void>()) =>
  ({ values, terminal: { say }, signal: new AbortController().signal }) as never;

it('a second run of the same plan is refused and told how to wait; another plan runs', async () => {
  const lease = await leaseOfPlan(one, 'a', context({}));
  const second = leaseOfPlan(other, 'a', context({}));
  await expect(second).rejects.toThrow(UsageError);
  await expect(second).rejects.toThrow(/the same scan is under way already.*wait for it with --wait/);
  expect(await leaseOfPlan(other, 'b', context({}))).toBeDefined();
  lease!.release();
  expect(await leaseOfPlan(other, 'a', context({}))).toBeDefined();
});

it('a run that waits says for whom, unless it is to be quiet, and then has its turn', async () => {
  const lease = await leaseOfPlan(one, 'a', context({}));
  const said = vi.fn<(text: string) => void>();
  const second = leaseOfPlan(other, 'a', context({ wait: true }, said));
  await expect.poll(() => said.mock.calls.length).toBe(1);
  expect(said.mock.calls[0]![0]).toMatch(new RegExp(`waiting for the same scan in .*${process.pid}`));
  lease!.release();
  expect(await second).toBeDefined();
});
