import { UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { isObject } from './json.js';
import {
  type Answer,
  type Askable,
  MatcherFailure,
  type MatcherType,
  type Question,
  type Service,
  type ServiceRequest,
} from './types.js';

/** The names that HMA has for the kinds of hashes. */
const signalTypes: Readonly<Partial<Record<Askable, string>>> = { pdq: 'pdq', md5: 'video_md5' };

/**
 * An instance of Hasher-Matcher-Actioner: `GET /m/lookup?signal_type=…&signal=…` answers with the names of the banks
 * that hold a hash near it.
 */
export const hma: MatcherType = {
  about: 'a Hasher-Matcher-Actioner (HMA) instance',
  settings: {
    url: { kind: 'text', required: true, about: 'address of the instance, up to before /m' },
    signal: { kind: 'text', choices: Object.keys(signalTypes), about: 'what is asked about (default: pdq)' },
    category: { kind: 'text', choices: categories, about: 'what the banks hold that `banks` does not name' },
    banks: { kind: 'pairs', about: 'category by name of a bank, or skip: {"csam-bank": "csam"}' },
    testHash: { kind: 'text', about: 'hash of a test entry of yours, for selftest' },
  },
  secrets: { token: { required: false } },
  url: ({ url }) => (url as string).replace(/\/+$/, ''),
  uses: ({ signal }) => [(signal as Askable | undefined) ?? 'pdq'],
  check({ category, banks }) {
    if (category === undefined && banks === undefined)
      throw new UsageError('category: say what the banks hold, or name each of them in "banks"');
    for (const value of Object.values((banks ?? {}) as Record<string, string>))
      if (value !== 'skip' && !categories.some((known) => known === value))
        throw new UsageError(`banks: choose of ${[...categories, 'skip'].join(', ')}`);
  },
  test(settings) {
    const hex = (settings.testHash as string | undefined)?.toLowerCase();
    return hex === undefined ? undefined : { key: hex, hashes: { [hma.uses(settings)[0]!]: hex } };
  },
  open(settings, { token }, service) {
    const [algorithm] = hma.uses(settings) as [Askable];
    const headers = token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } };
    const ask = async ({ hashes }: Question): Promise<Answer> => {
      const query = new URLSearchParams({
        signal_type: signalTypes[algorithm]!,
        signal: hashes[algorithm]!,
      });
      const url = `${hma.url(settings)}/m/lookup?${query}`;
      const { body } = await service.send({ method: 'GET', url, ...headers });
      return banksOf(body, settings as unknown as Banks);
    };
    let index: Promise<void> | undefined;
    return {
      uses: [algorithm],
      batch: 1,
      async ask(questions) {
        index ??= requireIndex(
          service,
          `${hma.url(settings)}/m/index/status`,
          signalTypes[algorithm]!,
          headers,
        );
        await index.catch((error: unknown) => {
          index = undefined;
          throw error;
        });
        return Promise.all(questions.map(ask));
      },
    };
  },
};

/**
 * Raises MatcherFailure where the instance says that it has built no index, or an empty one: it would answer "no match"
 * to everything. Where an instance says nothing about its index, the program trusts its answers.
 */
async function requireIndex(
  service: Service,
  url: string,
  signal: string,
  headers: Pick<ServiceRequest, 'headers'>,
): Promise<void> {
  const { body } = await service.send({ method: 'GET', url, ...headers }, [400, 404, 405]);
  const state = isObject(body) ? body[signal] : undefined;
  if (isObject(state) && (state.present === false || state.size === 0))
    throw new MatcherFailure('remote-unavailable', `its index of ${signal} is not built or empty`, 'later');
}

/** Categories of the banks: `banks` names them by the name of the bank, `category` holds for all others. */
interface Banks {
  readonly category?: Category;
  readonly banks?: Readonly<Record<string, string>>;
}

function banksOf(body: unknown, { category, banks = {} }: Banks): Answer {
  if (!Array.isArray(body) || !body.every((name): name is string => typeof name === 'string'))
    throw new MatcherFailure('remote-answer', 'the answer is no list of banks', 'later');
  const hits = body.flatMap((name) => {
    const said = Object.hasOwn(banks, name) ? banks[name] : category;
    if (said === 'skip') return [];
    return [{ category: said as Category | undefined, entryId: name.slice(0, 200) }];
  });
  if (hits.some((hit) => hit.category === undefined))
    return { unclear: 'it matched a bank that the configuration gives no category' };
  return { hits: hits.map(({ category: known, entryId }) => ({ category: known!, entryId })) };
}
