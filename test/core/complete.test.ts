import { describe, expect, it } from 'vitest';
import { summaryLines } from '../../src/app/summary-text.js';
import { exitCodeOf, exitCodes } from '../../src/core/exit-codes.js';
import { emptySummary, type RunConduct, type Summary, whyIncomplete } from '../../src/core/summary.js';

const whole: Summary = {
  ...emptySummary(),
  found: 1,
  outcomes: { matched: 0, clear: 1, skipped: 0, failed: 0 },
};
const cases: readonly [string, Partial<Summary>, RunConduct][] = [
  ['budget', {}, { outOfTime: true }],
  ['nothing-found', { ...emptySummary() }, {}],
  ['failed', { found: 2, outcomes: { ...whole.outcomes, failed: 1 }, failed: { 'fetch/x': 1 } }, {}],
  ['unseen', { found: 2, outcomes: { ...whole.outcomes, skipped: 1 }, skipped: { encrypted: 1 } }, {}],
  ['partly-read', { problems: { 'decode/time-out': 1 } }, {}],
  ['sums', { found: 2 }, {}],
  ['lists', {}, { lists: [{ lines: 10, unread: 1 }] }],
  ['ledger', {}, { ledgerLost: true }],
  ['outputs', {}, { outputLost: true }],
  ['summary', {}, { summaryLost: true }],
  ['notices', {}, { untold: true }],
];

describe('a complete run', () => {
  it('is one that lacks nothing, in every place where that is asked', () => {
    expect(whyIncomplete(whole, {})).toEqual([]);
    expect(exitCodeOf(whole, {})).toBe(exitCodes.clean);
    expect(summaryLines(whole, [], []).join('\n')).not.toMatch(/Not complete|Nothing was found/);
  });

  it.each(cases)('lacks nothing: not one that is short of %s', (reason, counts, conduct) => {
    const summary = { ...whole, ...counts };
    const why = whyIncomplete(summary, conduct);
    expect(why).toEqual([reason]);
    expect(exitCodeOf(summary, conduct)).toBe(exitCodes.incomplete);
    expect(summaryLines(summary, [], why).join('\n')).toMatch(/^(Not complete: .+\.|Nothing was found.*)$/m);
  });

  it('was not interrupted; one whose reader went away is none either, but no error', () => {
    expect(exitCodeOf({ ...whole, interrupted: true }, {})).toBe(exitCodes.interrupted);
    expect(whyIncomplete({ ...whole, interrupted: true }, {})).toEqual(['interrupted']);
    const conduct = { readerGone: true };
    expect(whyIncomplete({ ...whole, found: 9 }, conduct)).toEqual(['reader-gone']);
    expect(exitCodeOf({ ...whole, found: 9 }, conduct)).toBe(exitCodes.clean);
    expect(exitCodeOf(whole, { ...conduct, untold: true })).toBe(exitCodes.incomplete);
  });
});
