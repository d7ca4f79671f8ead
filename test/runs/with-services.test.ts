import { describe, expect, it } from 'vitest';
import type { Fingerprint, ScanResult } from '../../src/core/types.js';
import { openAsking } from '../../src/matchers/index.js';
import {
  type AnswerStore,
  type KeptAnswer,
  MatcherFailure,
  type OpenedService,
  type Question,
} from '../../src/matchers/types.js';
import { withServices } from '../../src/runs/index.js';

const hexOf = (number: number) => number.toString(16).padStart(64, '0');
const pdq = (number: number, more: Partial<Fingerprint> = {}): Fingerprint => ({
  ...{ algorithm: 'pdq', hex: hexOf(number), recipe: 'pdq-full/1', view: 'upright', ...more },
});
const clear = (number: number, fingerprints = [pdq(number)]): ScanResult => ({
  outcome: 'clear',
  ref: { uri: `file:///${number}.png` },
  facts: { mediaType: 'image/png', size: 1 },
  fingerprints,
  withheld: [],
});

/** A service that knows the hashes of some numbers; `asked` gets the size of every request. */
function service(known: readonly number[], more: Partial<OpenedService> = {}) {
  const asked: number[] = [];
  const questions: Question[] = [];
  const opened: OpenedService = {
    ...{ name: 'shield', type: 'arachnid-shield', identity: 'shield 1', looks: 'dihedral', connections: 2 },
    keepNoMs: 1000,
    matcher: {
      uses: ['pdq'],
      batch: 100,
      async ask(some) {
        asked.push(some.length);
        questions.push(...some);
        await new Promise((done) => setImmediate(done));
        return some.map(({ hashes }) => ({
          hits: known.some((number) => hashes.pdq === hexOf(number))
            ? [{ category: 'csam' as const, entryId: 'x', matchType: 'exact' as const }]
            : [],
        }));
      },
    },
    close: async () => {},
    ...more,
  };
  return { opened, asked, questions };
}

async function* batchesOf(results: readonly ScanResult[], size = 1) {
  for (let from = 0; from < results.length; from += size)
    yield results.slice(from, from + size).map((result) => ({ result }));
}

async function all(
  results: readonly ScanResult[],
  services: readonly OpenedService[],
  store?: AnswerStore,
  signal = new AbortController().signal,
) {
  const found: ScanResult[] = [];
  const asking = openAsking(services);
  for await (const some of withServices(batchesOf(results), asking, signal, store))
    found.push(...some.map(({ result }) => result));
  return found;
}

describe('results whose services are asked', () => {
  it('keep their order, and share requests', async () => {
    const { opened, asked } = service([7, 450]);
    const results = Array.from({ length: 500 }, (_, number) => clear(number));
    const found = await all(results, [opened]);
    expect(found.map(({ ref }) => ref.uri)).toEqual(results.map(({ ref }) => ref.uri));
    expect(found.filter(({ outcome }) => outcome === 'matched').map(({ ref }) => ref.uri)).toEqual([
      'file:///7.png',
      'file:///450.png',
    ]);
    expect(asked.length).toBeLessThan(20);
  });

  it('ask about equal hashes once, and about no look that is not wanted', async () => {
    const { opened, questions } = service([]);
    const looks = [
      pdq(1),
      pdq(1, { view: 'rotated180' }),
      pdq(2, { view: 'flipX' }),
      pdq(3, { view: 'trimmed' }),
      pdq(4, { view: 'rotated90+negative' }),
    ];
    await all([clear(1, looks), clear(9, looks)], [opened]);
    expect(questions.map(({ hashes }) => hashes.pdq)).toEqual([hexOf(1), hexOf(2)]);
  });

  it('wait for every service, and fail where one of them does not answer', async () => {
    const silent = service([], {
      name: 'other',
      identity: 'other 1',
      matcher: {
        uses: ['pdq'],
        batch: 1,
        ask: async () => {
          throw new MatcherFailure('remote-unavailable', 'it is away', 'later');
        },
      },
    });
    const found = await all([clear(1), clear(7)], [service([7]).opened, silent.opened]);
    expect(found).toMatchObject([
      { outcome: 'failed', stage: 'match', code: 'remote-unavailable' },
      { outcome: 'matched', problem: { code: 'remote-unavailable' } },
    ]);
  });

  it('after three failures leave the service alone for a while, then ask again', async () => {
    let tries = 0;
    let now = 0;
    let isAway = true;
    const { opened } = service([], {
      connections: 1,
      matcher: {
        uses: ['pdq'],
        batch: 1,
        ask: async () => {
          tries += 1;
          if (isAway) throw new MatcherFailure('remote-unavailable', 'it is away', 'later');
          return [{ hits: [] }];
        },
      },
    });
    const asking = openAsking([opened], { seams: { now: () => now, soon: setImmediate } });
    for (let number = 0; number < 10; number++) await asking.about([clear(number)]);
    expect(tries).toBe(3);
    isAway = false;
    now = 61_000;
    expect(await asking.about([clear(1)])).toEqual([undefined]);
    expect(tries).toBe(4);
  });

  it('give up nothing that came before the source failed', async () => {
    const { opened } = service([1]);
    async function* failing() {
      yield [{ result: clear(1) }];
      throw new Error('the source broke');
    }
    const found: ScanResult[] = [];
    const run = async () => {
      for await (const some of withServices(failing(), openAsking([opened]), new AbortController().signal))
        found.push(...some.map(({ result }) => result));
    };
    await expect(run()).rejects.toThrow('the source broke');
    expect(found).toMatchObject([{ outcome: 'matched' }]);
  });

  it('after an abort drop what has no answer yet, but for what the lists matched', async () => {
    const controller = new AbortController();
    const { opened } = service([], {
      matcher: {
        uses: ['pdq'],
        batch: 100,
        ask: () =>
          new Promise((_, failed) => {
            controller.signal.addEventListener('abort', () => failed(controller.signal.reason));
            setImmediate(() => controller.abort());
          }),
      },
    });
    const matched = { ...clear(2), outcome: 'matched', matches: [] } as unknown as ScanResult;
    expect(await all([clear(1), matched], [opened], undefined, controller.signal)).toEqual([matched]);
  });
});

describe('remembered answers', () => {
  const memory = () => {
    const kept = new Map<string, KeptAnswer>();
    const store: AnswerStore = {
      recall: (identity, sets) => sets.map((set) => kept.get(`${identity} ${set}`)),
      keep(identity, answers) {
        for (const { set, ...answer } of answers) kept.set(`${identity} ${set}`, answer);
      },
    };
    return { kept, store };
  };

  it('spare the question: a hit for ever, no match for its time, or until somebody asks again', async () => {
    const { store } = memory();
    const { opened, questions } = service([1]);
    let clock = 0;
    const about = async (again = false) => {
      questions.length = 0;
      const asking = openAsking([opened], { clock: () => clock, again });
      const [hit, none] = await asking.about([clear(1), clear(2)], store);
      expect(hit).toMatchObject({ result: { outcome: 'matched' } });
      expect(none).toBeUndefined();
      return questions.map(({ hashes }) => hashes.pdq);
    };
    expect(await about()).toHaveLength(2);
    clock = 999;
    expect(await about()).toEqual([]);
    expect(await about(true)).toEqual([hexOf(2)]);
    clock = 5000;
    expect(await about()).toEqual([hexOf(2)]);
  });

  it('are of one service with one set of settings', async () => {
    const { store } = memory();
    await openAsking([service([]).opened]).about([clear(1)], store);
    const other = service([], { identity: 'shield 2' });
    await openAsking([other.opened]).about([clear(1)], store);
    expect(other.asked).toEqual([1]);
  });
});
