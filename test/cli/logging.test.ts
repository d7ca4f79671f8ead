import { describe, expect, it } from 'vitest';
import { saySummary } from '../../src/app/summary-text.js';
import { logging, type Terminal } from '../../src/cli/terminal.js';
import { emptySummary } from '../../src/core/summary.js';

function logged(format: string) {
  const lines: string[] = [];
  const none = { stdout: false, stderr: false };
  const terminal: Terminal = {
    write: async () => true,
    say: (line) => lines.push(line),
    stdoutIsTerminal: false,
    stderrIsTerminal: false,
    colour: none,
  };
  const records = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return { terminal: logging(terminal, format), lines, records };
}

describe('what is logged as JSON', () => {
  it('has the level of the call, whatever words the line holds', () => {
    const { terminal, records } = logged('json');
    terminal.say('hashsieve: 3 done, 0 matched, 0 failed', { matched: 0 });
    terminal.say('warning: the list is old', { level: 'warning', list: 'known' });
    terminal.say('all is well', { level: 'error', time: 'x', message: 'y' });
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
    expect(records()).toEqual([
      { time, level: 'info', message: '3 done, 0 matched, 0 failed', matched: 0 },
      { time, level: 'warning', message: 'the list is old', list: 'known' },
      { time, level: 'error', message: 'all is well' },
    ]);
  });

  it('says the end of a run in one record, and a match in one of its own', () => {
    const summary = { ...emptySummary(), found: 1, categories: { csam: 1 } };
    summary.outcomes.matched = 1;
    const ending = { scanId: 'id', code: 10, why: [], lists: [] };
    const json = logged('json');
    saySummary(json.terminal, summary, ending);
    const counts = { level: 'warning', scanId: 'id', code: 10, matched: 1, failed: 0 };
    expect(json.records()).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^Scanned 1 asset/), ...counts }),
      expect.objectContaining({ message: expect.stringMatching(/^MATCH/), ...counts }),
    ]);
    const text = logged('text');
    saySummary(text.terminal, summary, ending);
    expect(text.lines.join('\n')).toMatch(
      /^Scanned 1 asset.*\n {2}matched 1 \(csam 1\)\n[\s\S]*\nMATCH\. .*\nWhat to do/,
    );
  });
});
