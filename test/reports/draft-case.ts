import { assemble, type DraftDirectory, draftFor } from '../../src/reports/assemble.js';
import { buildCases, type CaseOptions } from '../../src/reports/cases.js';
import { type AuthorityName, authorities } from '../../src/reports/index.js';
import { jurisdictionOf } from '../../src/reports/jurisdictions.js';
import type { Authority, Case } from '../../src/reports/types.js';
import { now, operator, type TestCase } from './cases.js';

export function casesOf(
  test: TestCase,
  authority: AuthorityName,
  changes: Partial<CaseOptions> = {},
): readonly Case[] {
  return buildCases(test.events, (event) => test.context?.[event.id] ?? {}, {
    operator: test.operator ?? operator,
    jurisdiction: jurisdictionOf(test.jurisdiction ?? 'us'),
    groupBy: test.groupBy ?? authorities[authority].groupBy,
    ...((authorities[authority] as Authority).statesIllegality ? { statesIllegality: true } : {}),
    now,
    toolVersion: '0.1.0',
    ...(test.classification ? { classification: test.classification } : {}),
    ...changes,
  }).cases;
}

/** Drafts with a clock and ids that stand still. */
export function draftsOf(
  test: TestCase,
  authority: AuthorityName,
  changes: Partial<CaseOptions> = {},
): readonly DraftDirectory[] {
  let n = 0;
  const uuid = () => `00000000-0000-4000-8000-${String(++n).padStart(12, '0')}`;
  return casesOf(test, authority, changes).map((found) =>
    assemble(found, authority, draftFor(found, authority, uuid)),
  );
}

export const filesOf = (draft: DraftDirectory): Map<string, string> => new Map(Object.entries(draft.files));
