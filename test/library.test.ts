import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compileLists, createScanner, loadList, openCompiled, verifyCompiled } from '../src/index.js';

const dir = mkdtempSync(join(tmpdir(), 'hashsieve-library-'));
afterAll(() => rmSync(dir, { recursive: true }));

describe('the library', () => {
  it('compiles a list, opens it for a scanner, and verifies it', async () => {
    const hex = '9e3625b35813b69269c6d25ba58b1b78969ca5a44b6956a1b569a95a7a1456ed';
    const md5 = '3b8f1c0de4a7562918c0ffee7d21a94b';
    const csv = join(dir, 'known.csv');
    writeFileSync(csv, `algorithm,hash,category\npdq,${hex},test\nmd5,${md5},test\n`);
    const { list } = await loadList({ path: csv });
    const path = join(dir, 'known.hsx');
    const { sha256 } = await compileLists([list], path);
    expect(await verifyCompiled(path)).toMatchObject({ damaged: 0, sha256, expected: sha256 });
    const compiled = openCompiled(path);
    const scanner = createScanner({ lists: [compiled] });
    const near = `8${hex.slice(1)}`;
    const recipe = 'pdq-full/1';
    expect(scanner.match({ algorithm: 'pdq', hex: near, recipe, view: 'upright' })).toMatchObject([
      { algorithm: 'pdq', distance: 1, category: 'test' },
    ]);
    expect(scanner.match({ algorithm: 'md5', hex: md5, recipe: 'md5/1' })).toHaveLength(1);
    await scanner.close();
    compiled.close();
  });
});
