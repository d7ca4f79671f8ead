import { UsageError } from '../core/index.js';
import { decodeText, NcmecReader } from '../lists/index.js';
import type { ListItem } from '../lists/types.js';
import { basic } from './credentials.js';
import {
  type Answer,
  type Exchange,
  ExchangeFailure,
  type ExchangeType,
  type Following,
  type Place,
  type Service,
  type Settings,
  type Take,
} from './types.js';

/** The databases with public addresses. NCMEC tells each member which one it may read. */
const bases = {
  industry: { url: 'https://report.cybertip.org/hashsharing', category: 'csam' },
  'industry-exploitative': {
    url: 'https://report.cybertip.org/exploitative-hashsharing',
    category: 'exploitative',
  },
  npo: { url: 'https://hashsharing.ncmec.org/npo', category: 'csam' },
  exploitative: { url: 'https://hashsharing.ncmec.org/exploitative', category: 'exploitative' },
  'generative-ai-csam': { url: 'https://hashsharing.ncmec.org/generative-ai-csam', category: 'csam' },
  'test-industry': { url: 'https://exttest.cybertip.org/hashsharing', category: 'csam' },
  'test-industry-exploitative': {
    url: 'https://exttest.cybertip.org/exploitative-hashsharing',
    category: 'exploitative',
  },
  'test-npo': { url: 'https://hashsharing-test.ncmec.org/npo', category: 'csam' },
  'test-exploitative': {
    url: 'https://hashsharing-test.ncmec.org/exploitative',
    category: 'exploitative',
  },
  'test-generative-ai-csam': {
    url: 'https://hashsharing-test.ncmec.org/generative-ai-csam',
    category: 'csam',
  },
} as const;

/**
 * Seconds by which clocks and databases may differ: a range ends this long before now, and the next one begins this
 * long before its end. Entries that are read twice change nothing.
 */
const marginSeconds = 300;
/** A range with more entries is read in parts, so that all its pages are read before their addresses expire. */
const mostEntries = 400_000;
const leastSpanSeconds = 3600;

/** NCMEC Hash Sharing v2. Feedback is read, never sent. */
export const ncmec: ExchangeType = {
  about: 'NCMEC Hash Sharing API v2',
  settings: {
    base: { kind: 'text', choices: Object.keys(bases), about: 'which database' },
    url: { kind: 'text', about: 'address of a database that is none of these, up to before /v2' },
    category: {
      kind: 'text',
      choices: ['csam', 'exploitative'],
      about: 'what its entries are; known for a base',
    },
  },
  credentials: [['user', 'password']],
  url: (settings) => where(settings).url,
  authorization: basic,
  open: (settings, { service }) => new NcmecExchange(where(settings), service),
};

interface Where {
  readonly url: string;
  readonly category: string;
}

function where({ base, url, category }: Settings): Where {
  const known = base === undefined ? undefined : bases[base as keyof typeof bases];
  if (known && url !== undefined) throw new UsageError('give "base" or "url", not both');
  if (known) return { url: known.url, category: (category as string | undefined) ?? known.category };
  if (url === undefined) throw new UsageError('"base" is missing: say which database');
  if (category === undefined)
    throw new UsageError('"category" is missing: of a database given by "url" only you know what it holds');
  return { url: (url as string).replace(/\/+$/, ''), category: category as string };
}

/**
 * The service gives the entries of a range of time in no order, so only a range that was read to its end is a
 * checkpoint. `round` holds the range (`from` excluded, `to` included), the wanted end (`until`), the length in seconds
 * (`span`), the end that the service's own clock allows (`safe`), and whether entries left the range while it was read
 * (`shrunk`).
 */
class NcmecExchange implements Exchange {
  readonly brings = 'changes';
  /** NCMEC's own client drops the address of a next page after this time. */
  readonly nextValidMs = 12 * 3_600_000;
  readonly source: string;

  constructor(
    private readonly at: Where,
    private readonly service: Service,
  ) {
    this.source = `ncmec ${at.url} ${at.category}`;
  }

  begin(upTo: string | undefined, now: Date): Place {
    const from = upTo === undefined ? 0 : Math.max(0, seconds(upTo) - marginSeconds);
    const until = Math.floor(now.getTime() / 1000) - marginSeconds;
    const to = Math.max(until, from);
    return { round: { from: utc(from), to: utc(to), until: utc(to), span: String(to - from) } };
  }

  async page(place: Place, take: Take): Promise<Following> {
    const { round, next } = place;
    const url =
      next ?? `${this.at.url}/v2/entries?${new URLSearchParams({ from: round.from!, to: round.to! })}`;
    const answer = await this.service.get(url, { statuses: next === undefined ? [] : [400, 404, 410] });
    if (answer.status !== 200) {
      answer.discard();
      return { place: { round }, restart: true };
    }
    const held: ListItem[] = [];
    const facts = await this.#read(answer, async (items) => {
      const dated = items.map((item) => this.#labelled(item, round.to!));
      // The first page says how many follow; only then is it clear whether the range is read as it is.
      if (next === undefined) for (const item of dated) held.push(item);
      else await take(dated);
    });
    const following = facts.next === undefined ? undefined : this.#nextUrl(facts.next);
    if (next === undefined) {
      const shorter = following && this.#shorter(round, following);
      if (shorter) return { place: { round: shorter } };
      await take(held);
    }
    const dated = { ...round, ...this.#safe(round, answer.at) };
    if (following === undefined) return this.#after(dated);
    this.#refuseRepeat(url, following);
    const shrinks = round.shrunk === undefined && parameter(following, 'max') < parameter(url, 'max');
    const shrunk = shrinks ? { shrunk: 'yes' } : {};
    return { place: { round: { ...dated, ...shrunk }, next: following } };
  }

  async #read(answer: Answer, take: Take) {
    const reader = await NcmecReader.create();
    try {
      for await (const text of decodeText(answer.body)) await take(reader.push(text));
      reader.end();
    } catch (error) {
      answer.discard();
      if (!(error instanceof UsageError)) throw error;
      throw new ExchangeFailure('damaged', `the answer is damaged (${error.message})`, true);
    }
    return reader.facts;
  }

  /** Gives an entry without a time the earliest time that its range allows. */
  #labelled(item: ListItem, to: string): ListItem {
    if (!('hashes' in item)) return item;
    const updated = item.updated ?? new Date(to).toISOString();
    return item.deleted ? { ...item, updated } : { ...item, updated, category: this.at.category };
  }

  /** The address of the next page, which the service gives relative to the base. */
  #nextUrl(text: string): string {
    const base = new URL(this.at.url);
    const path = text.replaceAll('&amp;', '&');
    const relative = path.startsWith('/') && !path.startsWith(`${base.pathname.replace(/\/$/, '')}/v2/`);
    const full = relative ? `${this.at.url}${path}` : path;
    const url = URL.canParse(full, base.href) ? new URL(full, base) : undefined;
    if (!url || url.origin !== base.origin || !url.pathname.startsWith(base.pathname))
      throw new ExchangeFailure('bad-next', 'the next page is said to lie outside of the service', true);
    return url.href;
  }

  /** A quarter of the range, where the range has too many entries. */
  #shorter(round: Place['round'], next: string): Place['round'] | undefined {
    const left = parameter(next, 'max') - parameter(next, 'start');
    const span = Number(round.span);
    if (!(left > mostEntries) || span <= leastSpanSeconds) return undefined;
    const less = Math.max(Math.floor(span / 4), leastSpanSeconds);
    return { ...round, to: utc(seconds(round.from!) + less), span: String(less) };
  }

  /** The time up to which nothing more can come by the service's own clock; the earliest that any page gave. */
  #safe({ to, safe = to }: Place['round'], at: Date | undefined): { safe: string } {
    const until = at === undefined ? safe! : utc(Math.floor(at.getTime() / 1000) - marginSeconds);
    return { safe: until < safe! ? until : safe! };
  }

  #after({ from, to, until, span, safe, shrunk }: Record<string, string>): Following {
    // Pages are numbered. An entry that changed meanwhile left the range, and may have moved another one from an unread
    // page to a read one, so the range is read once more.
    if (shrunk === 'yes')
      return { place: { round: { from: from!, to: to!, until: until!, span: span!, shrunk: 'read again' } } };
    // If our clock is ahead of the service's, we asked for times that are still to come.
    if (safe! < to!) return { upTo: safe! > from! ? safe : from };
    if (to! >= until!) return { upTo: to };
    const longer = Number(span) * 2;
    const end = Math.min(seconds(to!) + longer, seconds(until!));
    return { place: { round: { from: to!, to: utc(end), until: until!, span: String(longer) } } };
  }

  #refuseRepeat(here: string, next: string): void {
    if (here === next || parameter(next, 'start') <= parameter(here, 'start'))
      throw new ExchangeFailure('page-repeats', 'the service names a page as its own next one', true);
  }
}

/** A number in the query of an address; NaN where there is none, so that comparisons are false. */
const parameter = (url: string, name: string): number =>
  Number(new URL(url).searchParams.get(name) ?? Number.NaN);
const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);
/** Seconds since 1970 as UTC text: `2024-01-31T00:00:00Z`. */
const utc = (time: number): string => `${new Date(time * 1000).toISOString().slice(0, 19)}Z`;
