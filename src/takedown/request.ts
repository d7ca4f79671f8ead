import { printable, readTime, UsageError } from '../core/index.js';
import { type Law, laws } from './types.js';

/** The parts of a request that a case needs. It holds nothing about the person who made it. */
export interface RequestCheck {
  /** The law that the request was checked against. */
  readonly law: Law;
  /** ISO 8601, UTC; absent where the request does not say it. */
  readonly received?: string;
  /** Web addresses that it names, each once. */
  readonly addresses: readonly string[];
  /** Number of places that it describes in other ways: a person must find them. */
  readonly otherPlaces: number;
  /** True where the request says that it concerns a minor. */
  readonly isOfMinor: boolean;
  /** What the law asks of a request and this one lacks, in words. */
  readonly missing: readonly string[];
  /**
   * True where it holds a name, a contact, a signature or a statement. They must be kept apart from the case.
   */
  readonly isPersonal: boolean;
}

/** Most places that one request may name. */
const mostPlaces = 100_000;

type Json = Readonly<Record<string, unknown>>;
const isFilled = (value: unknown): boolean =>
  value === true ||
  (typeof value === 'string' && value.trim() !== '') ||
  (typeof value === 'object' && value !== null && Object.values(value).some(isFilled));

/**
 * What each law asks of a request (47 USC 223a(a)(1)(B); Online Safety Act 2023, s. 10(3A)): key of the request, and
 * what to ask for where it is empty.
 */
const asked: Readonly<Record<string, { readonly laws: readonly Law[]; readonly ask: string }>> = {
  signature: {
    laws: ['us-tida'],
    ask: 'a signature, on paper or electronic (a typed name will do), of the person shown or of somebody who may act for them',
  },
  goodFaith: {
    laws: ['us-tida', 'uk-10-3a'],
    ask: 'a short statement, made in good faith, that the person shown did not agree to its being published',
  },
  contact: {
    laws,
    ask: 'how we can reach the person who asks: an e-mail address, a phone number or a postal address',
  },
  identification: {
    laws,
    ask: 'what is to be removed and where it is: its address, or a description with which we can find it',
  },
};

/**
 * Checks a request against what its law asks of one. Raises UsageError for text that is no JSON object, and for a law,
 * a time or places that are no such.
 * @param text the request as JSON (docs/takedown.md)
 * @param where names the request in messages
 * @param law overrides the law that the request names
 */
export function checkRequest(text: string, where: string, law?: Law): RequestCheck {
  const request = parsed(text, where);
  const named = law ?? laws.find((known) => known === request.law);
  if (request.law !== undefined && !laws.includes(request.law as Law))
    throw new UsageError(`${where}: "law" is none of ${laws.join(', ')}`);
  const applied = named ?? 'own';
  const places = placesOf(request.identification, where);
  const addresses = [...new Set(places.filter(isAddress))];
  const received = typeof request.received === 'string' ? readTime(request.received) : undefined;
  if (received && !received.ok) throw new UsageError(`${where}: "received" ${received.problem}`);
  const missing = Object.entries(asked)
    .filter(
      ([key, { laws: of }]) =>
        of.includes(applied) && !isFilled(key === 'identification' ? places : request[key]),
    )
    .map(([, { ask }]) => ask);
  return {
    law: applied,
    ...(received?.ok ? { received: received.utc } : {}),
    addresses,
    otherPlaces: places.length - places.filter(isAddress).length,
    isOfMinor: request.minor === true,
    missing,
    isPersonal: ['signature', 'contact', 'name', 'goodFaith'].some((key) => isFilled(request[key])),
  };
}

function parsed(text: string, where: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${where} is no JSON; docs/takedown.md shows what a request looks like`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new UsageError(`${where} is no JSON object; docs/takedown.md shows what a request looks like`);
}

function placesOf(value: unknown, where: string): readonly string[] {
  const all: unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  if (all.length > mostPlaces)
    throw new UsageError(`${where} names more than ${mostPlaces} places: split it`);
  const places = all.filter((one): one is string => typeof one === 'string' && one.trim() !== '');
  if (places.length === all.length) return places.map((one) => one.trim());
  throw new UsageError(`${where}: "identification" must be a text, or a list of texts`);
}

/**
 * True for an address of http or https. The program reads no others: a requester must not name files of this machine.
 */
function isAddress(text: string): boolean {
  try {
    return /^https?:$/.test(new URL(text).protocol);
  } catch {
    return false;
  }
}

/** The draft of an answer to the requester. A person reads it, completes it and sends it. */
export function answerTo({ missing, isOfMinor, law }: RequestCheck, caseId: string | undefined): string {
  const about = caseId === undefined ? '[number]' : printable(caseId);
  const lines = isOfMinor
    ? [
        'Thank you for telling us. Because a person under 18 is shown, we handle this as a report of child sexual abuse',
        'material: we take it offline at once and report it to the authority in charge. Please do not send us the picture.',
      ]
    : missing.length === 0
      ? [
          'We have your request, and it is complete. We remove the picture, and the copies of it that we find, within 48',
          'hours of its arrival, and tell you when that is done.',
        ]
      : [
          'We have your request. To act on it we still need:',
          '',
          ...missing.map((what) => `- ${what}`),
          '',
          law === 'us-tida'
            ? 'The 48 hours that the law gives us begin once we have all of it. We look at what you named already now.'
            : 'We look at what you named already now.',
        ];
  return [`Your request ${about}`, '', 'Hello,', '', ...lines, '', '[name of whoever answers]', ''].join(
    '\n',
  );
}
