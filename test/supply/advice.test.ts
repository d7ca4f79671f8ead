import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Answers,
  adviceFor,
  checkedOn,
  nextSteps,
  sources,
  sourcesText,
} from '../../src/supply/index.js';
import { root } from '../support/cli.js';

const answers: Answers = {
  country: 'NZ',
  kind: 'forum',
  uploads: 10_000,
  company: false,
  cloudflare: false,
  posts: 'public',
};
const order = (more: Partial<Answers>) => adviceFor({ ...answers, ...more }).apply.map(({ key }) => key);

describe('the advice for an operator', () => {
  it('begins with the own list, and has a source by application for everybody', () => {
    expect(adviceFor(answers).today.map(({ key }) => key)).toEqual(['own']);
    expect(order({})).toEqual(['shield']);
    expect(adviceFor({ ...answers, cloudflare: true }).today.map(({ key }) => key)).toContain('cloudflare');
    const hidden = adviceFor({ ...answers, cloudflare: true, posts: 'private' });
    expect(hidden.today.map(({ key }) => key)).not.toContain('cloudflare');
  });

  it('follows the country and the size', () => {
    expect(order({ country: 'US', company: true }).slice(0, 2)).toEqual(['ncmec', 'shield']);
    expect(order({ country: 'GB' })[0]).toBe('intercept');
    expect(order({ country: 'GB', uploads: 1_000_001 })).not.toContain('intercept');
    expect(order({ country: 'NL' })[0]).toBe('offlimits');
    expect(order({ country: 'DE', kind: 'hosting' }).slice(0, 2)).toEqual(['shield', 'offlimits']);
    expect(order({ country: 'KR' })[0]).toBe('korea');
    expect(order({ kind: 'adult' })).toContain('stopncii');
    expect(order({ company: false, uploads: 20_000_000 })).not.toContain('iwf');
    expect(order({ company: true, uploads: 20_000_000 })).toEqual(
      expect.arrayContaining(['arachnidList', 'iwf']),
    );
  });

  it('warns of private messages, and names where to register before a find', () => {
    const told = (more: Partial<Answers>) => adviceFor({ ...answers, ...more }).before.join('\n');
    expect(told({ posts: 'both' })).toMatch(/Private messages/);
    expect(told({ posts: 'public' })).not.toMatch(/Private messages/);
    expect(told({ country: 'DE' })).toMatch(/BKA/);
    expect(told({ country: 'GB' })).toMatch(/National Crime Agency/);
  });
});

describe('every fact', () => {
  const facts = Object.values(sources).flatMap(({ gives, costs, terms, form, takes }) => [
    gives,
    costs,
    ...terms,
    form,
    takes,
  ]);

  it('has a date that is not after the day on which all were looked up, and says what it rests on', () => {
    for (const { text, date, mark, ...rest } of facts) {
      expect(date, text).toMatch(/^20\d\d-\d\d-\d\d$/);
      expect(date <= checkedOn, text).toBe(true);
      if (mark !== 'not-public') expect(rest, text).toHaveProperty('at');
    }
  });

  it('is on the page of next steps for those who may apply there, with its date', () => {
    const page = nextSteps({ ...answers, country: 'GB' });
    const { form, costs } = sources.intercept;
    for (const { text, date } of [form, costs]) {
      expect(page).toContain(text);
      expect(page).toContain(date);
    }
    expect(page).toMatch(/check with them/);
    expect(page).not.toContain(sources.korea.name);
  });

  it('is on docs/get-a-list.md (npm run sources brings it up to date)', () => {
    const page = readFileSync(join(root, 'docs/get-a-list.md'), 'utf8');
    const [, block] = /<!-- sources -->\n\n([\s\S]*?)\n\n<!-- \/sources -->/.exec(page) ?? [];
    expect(block).toBe(sourcesText());
  });
});
