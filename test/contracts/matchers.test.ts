import { describe, expect, it } from 'vitest';
import { matcherTypes } from '../../src/matchers/index.js';
import type {
  Answer,
  Askable,
  MatcherSettings,
  MatcherType,
  Question,
  Service,
  ServiceAnswer,
  ServiceRequest,
} from '../../src/matchers/types.js';

/** One type with settings, and bodies that its service may send for one question. */
interface Case {
  readonly settings: MatcherSettings;
  readonly secrets: Readonly<Record<string, string>>;
  /** Bodies by what they mean; a function gets the question. */
  readonly none: readonly ((question: Question) => unknown)[];
  readonly hits: readonly ((question: Question) => unknown)[];
  readonly unusable: readonly ((question: Question) => unknown)[];
}

const base64 = ({ hashes }: Question) => Buffer.from(hashes.pdq!, 'hex').toString('base64');
const scanned =
  (answer: unknown) =>
  (question: Question): unknown => ({ scanned_hashes: { [base64(question)]: answer } });
const entry = { sha1_base32: 'A'.repeat(32), sha256_hex: 'e'.repeat(64), timestamp: 1 };

const cases: Readonly<Record<keyof typeof matcherTypes, Case>> = {
  'arachnid-shield': {
    settings: { user: 'forum' },
    secrets: { password: 'quite secret' },
    none: [
      scanned(null),
      scanned({ classification: 'no-known-match', match_type: null, near_match_details: [] }),
      scanned({ classification: 'no-known-match', match_type: null, near_match_details: null }),
      scanned({ classification: null, match_type: null, near_match_details: null }),
    ],
    hits: [
      scanned({ classification: 'csam', match_type: 'exact', near_match_details: [] }),
      scanned({
        classification: 'csam',
        match_type: 'near',
        near_match_details: [{ ...entry, classification: 'csam' }],
      }),
      scanned({
        classification: 'csam',
        match_type: 'near',
        near_match_details: { ...entry, classification: 'csam' },
      }),
      scanned({ classification: 'csam', match_type: 'near', near_match_details: entry }),
      scanned({
        classification: null,
        match_type: 'near',
        near_match_details: [{ ...entry, classification: 'csam' }],
      }),
      (question) => ({
        scanned_hashes: {
          [base64(question).replace(/=+$/, '')]: { classification: 'csam', match_type: 'exact' },
        },
      }),
    ],
    unusable: [
      () => ({ scanned_hashes: {} }),
      () => ({}),
      () => [],
      () => 'no-known-match',
      scanned('no-known-match'),
      scanned({}),
      scanned({ classification: 'something-new', match_type: null, near_match_details: [] }),
      scanned({ classification: 'no-known-match', match_type: 'near', near_match_details: [] }),
      scanned({ classification: 'csam', match_type: 'vague', near_match_details: [] }),
      scanned({
        classification: 'csam',
        match_type: 'near',
        near_match_details: [{ classification: 'new' }],
      }),
    ],
  },
  hma: {
    settings: { url: 'https://hma.example/', category: 'csam', banks: { harmless: 'skip' } },
    secrets: { token: 'quite secret' },
    none: [() => [], () => ['harmless']],
    hits: [() => ['BANK'], () => ['harmless', 'BANK']],
    unusable: [() => ({}), () => ({ matches: [] }), () => null, () => [1], () => 'BANK'],
  },
  http: {
    settings: {
      url: 'https://service.example/check',
      headers: { accept: 'application/json' },
      body: { hash: '{pdqBase64}', also: ['{sha256}'] },
      answer: {
        verdict: '/result/0/match',
        match: [true],
        noMatch: [false, null],
        category: '/result/0/class',
        categories: { A1: 'csam' },
        id: '/result/0/id',
      },
    },
    secrets: { 'x-key': 'quite secret' },
    none: [() => ({ result: [{ match: false }] }), () => ({ result: [{ match: null }] })],
    hits: [
      () => ({ result: [{ match: true, class: 'A1', id: 7 }] }),
      () => ({ result: [{ match: true, class: 'csam' }] }),
    ],
    unusable: [
      () => ({}),
      () => ({ result: [] }),
      () => ({ result: [{ match: 'yes' }] }),
      () => ({ result: [{ match: true }] }),
      () => ({ result: [{ match: true, class: 'B9' }] }),
    ],
  },
};

it('an HMA instance whose index is empty has not answered', async () => {
  const { settings } = cases.hma;
  const { hma } = matcherTypes;
  const state = { pdq: { present: true, size: 0 } };
  const service: Service = {
    send: async ({ url }) => ({ status: 200, body: url.includes('/index/') ? state : [] }),
    close: async () => {},
  };
  const matcher = hma.open(settings, {}, service);
  const question = questionFor(['pdq']);
  await expect(matcher.ask([question])).rejects.toMatchObject({ code: 'remote-unavailable' });
  state.pdq.size = 1;
  expect(await matcher.ask([question])).toEqual([{ hits: [] }]);
});

const digest: Readonly<Record<Askable, number>> = { pdq: 64, md5: 32, sha1: 40, sha256: 64 };
const questionFor = (uses: readonly Askable[]): Question => ({
  key: 'one',
  hashes: Object.fromEntries(uses.map((name) => [name, 'ab'.repeat(digest[name] / 2)])),
});

describe.each(Object.entries(cases))('the matching service %s', (name, one) => {
  const type: MatcherType = matcherTypes[name as keyof typeof matcherTypes];
  const question = questionFor(type.uses(one.settings));
  async function asked(
    body: unknown,
  ): Promise<{ answer: Answer | { raised: string }; sent: ServiceRequest[] }> {
    const sent: ServiceRequest[] = [];
    const service: Service = {
      send: async (request): Promise<ServiceAnswer> => {
        sent.push(request);
        return { status: 200, body };
      },
      close: async () => {},
    };
    const matcher = type.open(one.settings, one.secrets, service);
    try {
      return { answer: (await matcher.ask([question]))[0]!, sent };
    } catch (error) {
      return { answer: { raised: (error as { code: string }).code }, sent };
    }
  }

  it('accepts its settings, and says where it sends what', () => {
    expect(() => type.check?.(one.settings)).not.toThrow();
    expect(URL.canParse(type.url(one.settings))).toBe(true);
    expect(type.uses(one.settings).length).toBeGreaterThan(0);
  });

  it('tells no match from a match', async () => {
    for (const body of one.none) expect((await asked(body(question))).answer).toEqual({ hits: [] });
    for (const body of one.hits) {
      const { answer } = await asked(body(question));
      expect(answer, JSON.stringify(body(question))).toMatchObject({ hits: [{ category: 'csam' }] });
      expect('hits' in answer && answer.hits.every(({ entryId }) => entryId !== '')).toBe(true);
    }
  });

  it('calls what it cannot understand neither a match nor none', async () => {
    for (const body of [...one.unusable, () => undefined]) {
      const { answer } = await asked(body(question));
      expect(answer, JSON.stringify(body(question))).not.toHaveProperty('hits');
      if ('raised' in answer) expect(answer.raised).toBe('remote-answer');
    }
  });

  it('sends the hashes and its secrets, to its own address, and repeats no listed hash', async () => {
    const { sent } = await asked(one.none[0]!(question));
    const request = sent.at(-1)!;
    expect(new URL(request.url).origin).toBe(new URL(type.url(one.settings)).origin);
    expect(request.url).not.toContain('secret');
    const text = `${decodeURIComponent(request.url)} ${request.body ?? ''}`;
    const isSent = (hex: string) =>
      text.includes(hex) || text.includes(Buffer.from(hex, 'hex').toString('base64'));
    for (const hex of Object.values(question.hashes)) expect(isSent(hex)).toBe(true);
    for (const body of one.hits)
      expect(JSON.stringify((await asked(body(question))).answer)).not.toContain(entry.sha256_hex);
  });
});
