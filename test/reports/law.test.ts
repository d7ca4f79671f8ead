import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { law as lawCheck } from '../../src/app/doctor.js';
import { jurisdictionCodes, jurisdictionOf } from '../../src/reports/index.js';
import { duties, isSure, lawFacts, marks } from '../../src/reports/law.js';
import { root } from '../support/cli.js';
import { cases } from './cases.js';
import { draftsOf } from './draft-case.js';

describe('src/reports/law.json', () => {
  it('has for every fact its source, its day and its mark, and for every place when to report and what to keep', () => {
    for (const fact of lawFacts) {
      expect(jurisdictionCodes, fact.text).toContain(fact.place);
      expect(duties).toContain(fact.duty);
      expect(marks).toContain(fact.mark);
      expect(fact.seen).toMatch(/^20\d\d-\d\d-\d\d$/);
      for (const text of [fact.text, fact.source]) expect(text.trim()).not.toBe('');
    }
    for (const place of jurisdictionCodes)
      for (const duty of ['report', 'preserve'])
        expect(lawFacts.some((fact) => fact.place === place && fact.duty === duty)).toBe(true);
  });

  it('lets code decide only on what was read or is quoted', () => {
    for (const fact of lawFacts)
      if (fact.period || fact.copies || fact.hours) expect(isSure(fact), fact.text).toBe(true);
    expect(jurisdictionOf('us').period).toEqual({ years: 1 });
    expect(jurisdictionOf('uk').period).toEqual({ years: 1 });
    expect(jurisdictionOf('ca').period).toEqual({ days: 21 });
    expect(jurisdictionOf('eu').period).toBeUndefined();
    expect(jurisdictionCodes.filter((code) => jurisdictionOf(code).noCopies)).toEqual(['de']);
  });

  it('stands in docs/found-something.md as npm run law writes it', () => {
    const page = readFileSync(join(root, 'docs/found-something.md'), 'utf8').replaceAll(/\s+/g, ' ');
    for (const { duty, text, source } of lawFacts)
      expect(page).toContain(`- **${duty}**: ${text} (${source};`);
  });

  it('gives the checklist of a draft its lines, and the day until which to preserve', () => {
    const test = Object.values(cases).find(({ to }) => to.includes('ncmec'))!;
    const [draft] = draftsOf(test, 'ncmec');
    const checklist = draft!.files['CHECKLIST.md']!;
    expect(checklist).toContain(
      '18 U.S.C. 2258A(h), as amended by P.L. 118-59, as others quote it; seen 2026-11-30',
    );
    expect(checklist).toContain('completed on 2026-06-01 is preserved until 2027-06-01');
  });

  it('is told by doctor to be old a year after it was seen', async () => {
    const seen = Date.parse(lawFacts[0]!.seen);
    expect((await lawCheck(seen + 300 * 86_400_000)).advice).toBeUndefined();
    expect((await lawCheck(seen + 400 * 86_400_000)).advice).toContain('400 days old');
  });
});
