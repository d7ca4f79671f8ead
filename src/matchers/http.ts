import { UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import { entryIdOf } from './entry-id.js';
import { isObject, valueAt } from './json.js';
import { filled, hashesIn } from './template.js';
import type {
  Answer,
  MatcherSettings,
  MatcherType,
  Question,
  ServiceAnswer,
  ServiceRequest,
} from './types.js';

/**
 * Any service that answers JSON about one picture at a time, for services whose contract is not public. The
 * configuration has a template of the request, and the places of the verdict and the category in the answer.
 */
export const http: MatcherType = {
  about: 'any service that answers JSON, by a template of the request',
  settings: {
    url: { kind: 'text', required: true, about: 'address; {pdq}, {md5} and the like stand for a hash' },
    method: { kind: 'text', choices: ['GET', 'POST'], about: 'default: POST with a body, else GET' },
    headers: { kind: 'headers', about: 'a text for each, or {"env": NAME} or {"file": PATH}' },
    body: { kind: 'json', about: 'JSON, or a text that is sent as it is' },
    answer: {
      kind: 'json',
      required: true,
      about: 'JSON pointers `verdict`, `category`, `id`; values `match` and `noMatch` of the verdict',
    },
    noMatchStatus: { kind: 'json', about: 'statuses that mean no match, such as [404]' },
    testHashes: { kind: 'pairs', about: 'hashes of a test entry of the service, for selftest' },
  },
  secrets: {},
  url: ({ url }) => url as string,
  uses: ({ url, body }) => hashesIn(url, body),
  check(settings) {
    if (http.uses(settings).length === 0)
      throw new UsageError('url: neither it nor "body" names a hash, such as {pdq} or {md5}');
    if (hashesIn(originOf(settings.url as string)).length > 0)
      throw new UsageError('url: a hash may stand in the path and after ?, not in the host');
    if (settings.method === 'GET' && settings.body !== undefined)
      throw new UsageError('body: a GET has none');
    readingOf(settings);
  },
  test(settings) {
    const given = settings.testHashes as Readonly<Record<string, string>> | undefined;
    if (given === undefined) return undefined;
    const uses = http.uses(settings);
    if (!uses.every((name) => /^[0-9a-f]+$/i.test(given[name] ?? ''))) return undefined;
    const hashes = Object.fromEntries(uses.map((name) => [name, given[name]!.toLowerCase()]));
    return { key: Object.values(hashes).join(' '), hashes };
  },
  open(settings, secrets, service) {
    const reading = readingOf(settings);
    const literal = (settings.headers ?? {}) as Readonly<Record<string, string>>;
    const headers = { ...literal, ...secrets };
    const ask = async (question: Question): Promise<Answer> => {
      const request = requestOf(settings, headers, question);
      return answerOf(await service.send(request, reading.noMatchStatus), reading, question);
    };
    return {
      uses: http.uses(settings),
      batch: 1,
      ask: async (questions) => Promise.all(questions.map(ask)),
    };
  },
};

const originOf = (url: string): string => /^[a-z]+:\/\/[^/?#]*/i.exec(url)?.[0] ?? url;

function requestOf(
  { url, method, body }: MatcherSettings,
  headers: Readonly<Record<string, string>>,
  question: Question,
): ServiceRequest {
  const text =
    body === undefined
      ? undefined
      : typeof body === 'string'
        ? filled(body, question)
        : JSON.stringify(filled(body, question));
  const isTyped = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type');
  return {
    method: (method as 'GET' | 'POST' | undefined) ?? (text === undefined ? 'GET' : 'POST'),
    url: filled(url as string, question, encodeURIComponent),
    headers: text === undefined || isTyped ? headers : { 'content-type': 'application/json', ...headers },
    ...(text === undefined ? {} : { body: text }),
  };
}

/**
 * The checked setting `answer`: the places of its parts as JSON pointers (RFC 6901), and the values of the verdict that
 * mean a match, no match or a near match.
 */
interface Reading {
  readonly verdict: string;
  readonly match: readonly unknown[];
  readonly noMatch: readonly unknown[];
  readonly near: readonly unknown[];
  readonly category: string;
  readonly categories: Readonly<Record<string, string>>;
  readonly id?: string;
  readonly noMatchStatus: readonly number[];
}

const readingKeys = ['verdict', 'match', 'noMatch', 'near', 'category', 'categories', 'id'];
const isPointer = (value: unknown): value is string =>
  typeof value === 'string' && (value === '' || value.startsWith('/'));

/** Checks the settings `answer` and `noMatchStatus`. Raises UsageError, whose message begins with the key. */
function readingOf({ answer, noMatchStatus = [] }: MatcherSettings): Reading {
  if (!isObject(answer)) throw new UsageError('answer: expected an object');
  const fail = (key: string, message: string) => new UsageError(`answer.${key}: ${message}`);
  for (const key of Object.keys(answer))
    if (!readingKeys.includes(key)) throw fail(key, `is unknown; known are ${readingKeys.join(', ')}`);
  const { verdict, match, noMatch, near = [], category, categories: map = {}, id } = answer;
  if (!isPointer(verdict)) throw fail('verdict', 'expected a JSON pointer, such as /result/isMatch');
  const values = (key: string, value: unknown): readonly unknown[] => {
    const some = Array.isArray(value) ? value : [value];
    const isPlain = (one: unknown) => one === null || ['string', 'number', 'boolean'].includes(typeof one);
    if (some.length === 0 || !some.every(isPlain))
      throw fail(key, 'expected a value of the verdict, or a list of them');
    return some;
  };
  if (typeof category !== 'string')
    throw fail('category', `expected one of ${categories.join(', ')}, or a JSON pointer`);
  if (!isPointer(category) && !isCategory(category))
    throw fail('category', `choose of ${categories.join(', ')}, or give a JSON pointer`);
  if (!isObject(map) || !Object.values(map).every((value) => isCategory(value)))
    throw fail('categories', `expected an object with one of ${categories.join(', ')} by the service's word`);
  if (id !== undefined && !isPointer(id)) throw fail('id', 'expected a JSON pointer');
  const isStatus = (one: unknown) => Number.isInteger(one) && (one as number) >= 200 && (one as number) < 500;
  if (!Array.isArray(noMatchStatus) || !noMatchStatus.every(isStatus))
    throw new UsageError('noMatchStatus: expected a list of statuses from 200 to 499');
  return {
    ...{ verdict, category, match: values('match', match), noMatch: values('noMatch', noMatch) },
    near: Array.isArray(near) ? near : [near],
    categories: map as Readonly<Record<string, string>>,
    ...(id === undefined ? {} : { id }),
    noMatchStatus: noMatchStatus as readonly number[],
  };
}

const isCategory = (value: unknown): value is Category => categories.some((known) => known === value);

function answerOf({ status, body }: ServiceAnswer, reading: Reading, { key }: Question): Answer {
  if (reading.noMatchStatus.includes(status)) return { hits: [] };
  const verdict = valueAt(body, reading.verdict);
  if (reading.noMatch.includes(verdict)) return { hits: [] };
  if (!reading.match.includes(verdict) && !reading.near.includes(verdict))
    return { unclear: 'the verdict is none of those in the configuration' };
  const word = isPointer(reading.category) ? valueAt(body, reading.category) : reading.category;
  const said = typeof word === 'number' ? String(word) : word;
  if (typeof said !== 'string') return { unclear: 'it matched, and the answer has no category' };
  const category = Object.hasOwn(reading.categories, said) ? reading.categories[said] : said;
  if (!isCategory(category))
    return { unclear: 'it matched as a category that the configuration does not know' };
  const id = reading.id === undefined ? undefined : valueAt(body, reading.id);
  const isId = (typeof id === 'string' && id !== '') || typeof id === 'number';
  return {
    hits: [
      {
        category,
        ...(isPointer(reading.category) ? { classification: said.slice(0, 100) } : {}),
        ...(reading.near.length > 0
          ? { matchType: reading.near.includes(verdict) ? ('near' as const) : ('exact' as const) }
          : {}),
        entryId: isId ? String(id).slice(0, 200) : entryIdOf(key),
      },
    ],
  };
}
