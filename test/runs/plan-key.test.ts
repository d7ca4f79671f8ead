import { describe, expect, it } from 'vitest';
import { planKey } from '../../src/runs/index.js';
import type { Scanner } from '../../src/scanner/index.js';

const scanner = {
  lists: [{ name: 'known', sha256: 'aa' }],
  allowed: [],
  thresholds: { pdq: 31 },
  thresholdsByLook: {},
  recipes: { pdq: 'pdq-full/1' },
  look: 'basic',
} as unknown as Scanner;
const options = { views: 'basic', limit: 3 };
const key = planKey(scanner, options, ['uploads']);

describe('the key of a plan', () => {
  it('is the same for the same plan, in whatever order its options are written', () => {
    expect(planKey(scanner, { limit: 3, views: 'basic' }, ['uploads'])).toBe(key);
    expect(planKey(scanner, { ...options, since: undefined }, ['uploads'])).toBe(key);
  });

  it.each([
    ['output', ['a.csv']],
    ['quiet', true],
    ['ledger', 'elsewhere'],
    ['since', true],
    ['resume', true],
    ['budget', 60],
    ['jobs', 2],
    ['heartbeat', 'beat.json'],
  ])('is not changed by --%s, which changes no result', (name, value) => {
    expect(planKey(scanner, { ...options, [name]: value }, ['uploads'])).toBe(key);
  });

  it.each([
    ['another option', { ...options, views: 'none' }],
    ['a reason that is forgiven', { ...options, allowUnsupported: ['unknown-format'] }],
    ['damage that is forgiven', { ...options, allowDegraded: true }],
  ])('is changed by %s', (_name, values) => {
    expect(planKey(scanner, values, ['uploads'])).not.toBe(key);
  });

  it.each([
    ['list, even of the same name', { lists: [{ name: 'known', sha256: 'bb' }] }],
    ['allow list', { allowed: [{ name: 'harmless', sha256: 'cc' }] }],
    ['threshold', { thresholds: { pdq: 30 } }],
    ['threshold of a view', { thresholdsByLook: { pdq: { mirrored: 20 } } }],
    ['recipe', { recipes: { pdq: 'pdq-full/2' } }],
    ['set of views', { look: 'none' }],
  ])('is changed by another %s', (_name, part) => {
    expect(planKey({ ...scanner, ...part } as Scanner, options, ['uploads'])).not.toBe(key);
  });

  it('is changed by another target, and tells one target from two', () => {
    expect(planKey(scanner, options, ['other'])).not.toBe(key);
    expect(planKey(scanner, options, ['a', 'b'])).not.toBe(planKey(scanner, options, ['a,b']));
  });
});
