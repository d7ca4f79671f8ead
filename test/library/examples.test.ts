import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as library from '../../src/index.js';
import { root } from '../support/cli.js';

const report = readFileSync(join(root, 'docs/api.d.ts'), 'utf8');
const [, exported] = /^export \{ (.*) \};$/m.exec(report)!;

/** The comment in front of a declaration; empty where there is none. */
function commentOf(name: string): string {
  const inside = exported!.split(', ').find((one) => one === name || one.endsWith(` as ${name}`))!;
  const declared = inside.replace(/ as .*/, '').replaceAll('$', '\\$');
  const kind = '(?:declare )?(?:abstract )?(?:const|let|function|class|enum)';
  const match = new RegExp(`(/\\*\\*(?:(?!\\*/)[^])*\\*/)?\\n${kind} ${declared}\\b`).exec(report);
  expect(match, `${name} is declared in docs/api.d.ts`).not.toBeNull();
  return match![1] ?? '';
}

it.each(Object.keys(library))('%s has an example', (name) => {
  expect(commentOf(name)).toMatch(/@example\s*\n\s*\*\s*\S/);
});
