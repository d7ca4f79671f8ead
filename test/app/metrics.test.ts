import { describe, expect, it } from 'vitest';
import { lastSuccessIn, metricsText } from '../../src/app/metrics.js';
import { planName } from '../../src/app/plan-name.js';
import { emptySummary } from '../../src/core/summary.js';
import type { OptionValues } from '../../src/options/table.js';

const now = new Date('2026-05-02T00:00:00Z');
const last = new Date('2026-05-01T00:00:00.5Z');
const list = (name: string, updatedAt?: Date) => ({
  ...{ name, sha256: 'x', entries: 3, updatedAt },
  read: { lines: 4, unread: 1 },
});
const text = (plan: string, lists = { lists: [list('a', last), list('b')], allow: [list('a'), list('a')] }) =>
  metricsText(emptySummary(), { code: 0, complete: true, reused: 0, lists }, { plan, now, last });

describe('the metrics of a run', () => {
  it('hold no series twice, though lists and allow lists have one name', () => {
    const series = text('p')
      .split('\n')
      .filter((line) => line.startsWith('hashsieve_'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')));
    expect(new Set(series).size).toBe(series.length);
    expect(text('p')).toContain('hashsieve_list_unread_lines{plan="p",list="a"} 1\n');
    expect(text('p')).toContain('hashsieve_list_unread_lines{plan="p",allow="a"} 2\n');
  });

  it('tell time and age of the lists that have one, each of its own', () => {
    expect(text('p')).toContain('hashsieve_list_updated_timestamp_seconds{plan="p",list="a"} 1777593600.5\n');
    expect(text('p')).toContain('hashsieve_list_age_seconds{plan="p",list="a"} 86399.5\n');
    expect(text('p')).not.toMatch(/_(age|updated)_.*list="b"/);
  });

  it.each(['p', 'a "b" \\ {} 5', 'line\nbreak'])(
    'say when plan %j last was complete, and no other',
    (plan) => {
      expect(lastSuccessIn(text(plan), plan)).toEqual(last);
      expect(lastSuccessIn(text(plan), 'other')).toBeUndefined();
    },
  );

  it('of a version that named no plan are read, too', () => {
    expect(lastSuccessIn('hashsieve_last_success_timestamp_seconds 1777593600.5\n', 'p')).toEqual(last);
  });
});

describe('the name of a plan', () => {
  const named = (targets: readonly string[], values: object = {}) =>
    planName(values as OptionValues, targets, '/srv');

  it('is what is scanned, wherever the program is called from', () => {
    expect(named(['uploads', '/x/y/'])).toBe('/srv/uploads /x/y');
    expect(named([], { filesFrom: ['-'], urls: ['u.txt'] })).toBe('--files-from - --urls /srv/u.txt');
  });

  it('holds nothing of an address that may be secret', () => {
    const url = 'https://user:pass@a.example/b.png?token=secret#x';
    expect(named([url], { sitemap: ['https://u:p@b.example/s.xml?k=v'] })).toBe(
      'https://a.example/b.png --sitemap https://b.example/s.xml',
    );
  });

  it('is of a bearable length, and another for other targets', () => {
    const many = (last: string) => [...Array.from({ length: 200 }, (_, i) => `file-${i}.png`), last];
    expect(named(many('a')).length).toBeLessThanOrEqual(120);
    expect(named(many('a'))).not.toBe(named(many('b')));
    expect(named(many('a'))).toBe(named(many('a')));
  });

  it.each(['', ' ', 'x'.repeat(121)])('that is given must be one: %j', (name) => {
    expect(() => named(['a'], { name })).toThrow(/--name/);
  });
});
