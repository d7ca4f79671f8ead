import { hexToBytes } from '../core/index.js';
import type { Category } from '../core/types.js';
import { entryIdOf } from './entry-id.js';
import { isObject } from './json.js';
import {
  type Answer,
  type Hit,
  type Matcher,
  MatcherFailure,
  type MatcherType,
  type Question,
  type Service,
} from './types.js';

const defaultUrl = 'https://shield.projectarachnid.com';
/** Most hashes in one request, unless the configuration names another number. The service documents no limit. */
const defaultBatch = 100;

/**
 * Arachnid Shield of the Canadian Centre for Child Protection: `POST /v1/pdq/` with the 32 bytes of each hash in
 * base64, under HTTP Basic.
 */
export const arachnidShield: MatcherType = {
  about: 'Arachnid Shield of the Canadian Centre for Child Protection',
  supplier: 'Project Arachnid',
  settings: {
    url: { kind: 'text', about: `address of the service, up to before /v1 (default: ${defaultUrl})` },
    user: { kind: 'text', required: true, about: 'user name of the account' },
    batch: { kind: 'count', about: `most hashes in one request (default: ${defaultBatch})` },
    testHash: { kind: 'text', about: 'PDQ of a test entry that the service named to you, for selftest' },
  },
  secrets: { password: { required: true } },
  url: ({ url }) => ((url as string | undefined) ?? defaultUrl).replace(/\/+$/, ''),
  uses: () => ['pdq'],
  test: ({ testHash }) => pdqQuestion(testHash as string | undefined),
  open(settings, { password }, service) {
    const credentials = Buffer.from(`${settings.user as string}:${password}`).toString('base64');
    return shieldMatcher(
      service,
      `${arachnidShield.url(settings)}/v1/pdq/`,
      { authorization: `Basic ${credentials}` },
      (settings.batch as number | undefined) ?? defaultBatch,
    );
  },
};

/** The question about one PDQ hash in hex; undefined without one. */
export const pdqQuestion = (hex: string | undefined): Question | undefined =>
  hex === undefined ? undefined : { key: hex.toLowerCase(), hashes: { pdq: hex.toLowerCase() } };

const base64Of = ({ hashes }: Question): string => Buffer.from(hexToBytes(hashes.pdq!)).toString('base64');

function shieldMatcher(
  service: Service,
  url: string,
  authorization: Readonly<Record<string, string>>,
  batch: number,
): Matcher {
  return {
    uses: ['pdq'],
    batch,
    async ask(questions) {
      const asked = questions.map(base64Of);
      const { body } = await service.send({
        method: 'POST',
        url,
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ hashes: asked }),
      });
      const scanned = scannedOf(body);
      return questions.map((question, at) => {
        const found = scanned.get(bytesOf(asked[at]!));
        return found === undefined
          ? { unclear: 'the answer leaves out a hash that was asked about' }
          : answerOf(found, question);
      });
    },
  };
}

/** The bytes of a base64 text as hex: the same for both alphabets of base64, with and without padding. */
const bytesOf = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

/** The answers by the hex of their hash. */
function scannedOf(body: unknown): ReadonlyMap<string, unknown> {
  const scanned = isObject(body) ? body.scanned_hashes : undefined;
  if (!isObject(scanned))
    throw new MatcherFailure(
      'remote-answer',
      'the answer has another shape than Shield is known for',
      'later',
    );
  return new Map(Object.entries(scanned).map(([base64, answer]) => [bytesOf(base64), answer]));
}

/** The category for two names: public clients know either. */
const harmful = { category: 'harmful-abusive-material' } as const;
const classes = new Map<unknown, { readonly category: Category } | undefined>([
  ['csam', { category: 'csam' }],
  ['harmful-abusive-material', harmful],
  ['harmful-to-children', harmful],
  ['test', { category: 'test' }],
  ['no-known-match', undefined],
]);

/**
 * The answer about one hash: null, or `{ classification, match_type, near_match_details }`. `near_match_details` is a
 * list in one public client, and one object in another; each of its entries may have a classification of its own.
 */
function answerOf(found: unknown, question: Question): Answer {
  if (found === null) return { hits: [] };
  if (!isObject(found)) return { unclear: 'the answer about a hash is no object' };
  const { classification, match_type: type, near_match_details: details } = found;
  const isNothing = classification === null || classification === undefined;
  const near = (Array.isArray(details) ? details : [details]).filter(isObject);
  if (isNothing && near.length === 0)
    return 'classification' in found
      ? { hits: [] }
      : { unclear: 'the answer about a hash has no classification' };
  if (!isNothing && !classes.has(classification))
    return { unclear: 'the classification is none of those that are known' };
  if (type !== null && type !== undefined && type !== 'exact' && type !== 'near')
    return { unclear: 'the kind of match is none of those that are known' };
  const hits: Hit[] = [];
  for (const { classification: own = classification, sha256_hex: sha256, sha1_base32: sha1 } of near) {
    if (!classes.has(own))
      return { unclear: 'the classification of an entry is none of those that are known' };
    const known = classes.get(own);
    if (known) hits.push(hitOf(known.category, own, 'near', entryName(sha256, sha1, question)));
  }
  const known = classes.get(classification);
  if (!known)
    return type && hits.length === 0 ? { unclear: 'it matched and has no classification' } : { hits };
  const isTold = hits.some(({ category }) => category === known.category) && type !== 'exact';
  return isTold
    ? { hits }
    : { hits: [hitOf(known.category, classification, type, entryIdOf(question.key)), ...hits] };
}

const entryName = (sha256: unknown, sha1: unknown, { key }: Question): string =>
  entryIdOf(typeof sha256 === 'string' ? sha256 : typeof sha1 === 'string' ? sha1 : key);

const hitOf = (category: Category, word: unknown, type: unknown, entryId: string): Hit => ({
  category,
  classification: word as string,
  ...(type === 'exact' || type === 'near' ? { matchType: type } : {}),
  entryId,
});
