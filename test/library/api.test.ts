import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { root } from '../support/cli.js';

const report = readFileSync(join(root, 'docs/api.d.ts'), 'utf8');

it('the report of what the library offers is as the code is: `npm run api` renews it', () => {
  const args = [join(root, 'scripts/api.mjs'), '--print'];
  const now = execFileSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1e8 });
  expect(now).toBe(report);
});

it('the report needs no other package, and names everything that can be imported', () => {
  expect(report).not.toMatch(/^import |^export .* from|\bimport\(/m);
  const [, names] = /^export \{ (.*) \};$/m.exec(report)!;
  const values = names!.split(', ').filter((name) => !name.startsWith('type '));
  expect(values.map((name) => name.replace(/.* as /, '')).sort()).toEqual(Object.keys(library).sort());
});
