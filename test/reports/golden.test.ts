import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkDraft } from '../../src/reports/assemble.js';
import { cases, now } from './cases.js';
import { draftsOf, filesOf } from './draft-case.js';
import { judgeXml } from './ncmec-validator.js';

const golden = new URL('../../fixtures/reports/', import.meta.url);

/** `UPDATE_GOLDEN=1 npx vitest run test/reports/golden.test.ts` writes them anew; read the difference before you commit it. */
const update = process.env.UPDATE_GOLDEN === '1';

describe.each(Object.entries(cases))('the golden drafts of %s', (name, test) => {
  const drafts = test.to.flatMap((authority) => draftsOf(test, authority));
  const folder = new URL(`${name}/`, golden);
  if (update) {
    rmSync(folder, { recursive: true, force: true });
    for (const draft of drafts) {
      mkdirSync(new URL(`${draft.name}/`, folder), { recursive: true });
      for (const [file, text] of Object.entries(draft.files))
        writeFileSync(new URL(`${draft.name}/${file}`, folder), text);
    }
  }

  it('are the ones on record, file by file', () => {
    expect(existsSync(folder)).toBe(true);
    expect(drafts.map((draft) => draft.name).sort()).toEqual(readdirSync(folder).sort());
    for (const draft of drafts) {
      const recorded = new URL(`${draft.name}/`, folder);
      expect(Object.keys(draft.files).sort()).toEqual(readdirSync(recorded).sort());
      for (const [file, text] of Object.entries(draft.files)) {
        expect(text, `${draft.name}/${file}`).toBe(readFileSync(new URL(file, recorded), 'utf8'));
      }
    }
  });

  it('satisfy the independent validator', () => {
    for (const draft of drafts) {
      for (const [file, text] of Object.entries(draft.files)) {
        if (file.endsWith('.xml')) expect(judgeXml(text), `${draft.name}/${file}`).toEqual([]);
      }
    }
  });

  it('pass report check as they are', () => {
    for (const draft of drafts) expect(checkDraft(filesOf(draft), now), draft.name).toEqual([]);
  });
});
