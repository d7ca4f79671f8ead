import { categories } from '../core/types.js';
import type { ListItem } from '../lists/types.js';
import { readObject } from './answer.js';
import { basicOrToken } from './credentials.js';
import {
  type Exchange,
  ExchangeFailure,
  type ExchangeType,
  type Following,
  type Place,
  type Service,
  type Settings,
  type Take,
} from './types.js';

/** Number of contents in one page, and how many of them are asked for at a time. */
const pageSize = 100;
const atOnce = 4;
/** After this many consecutive numbers without a content the search ends. */
const defaultGap = 1000;

/**
 * A bank of a Hasher-Matcher-Actioner instance. Its API has no list of contents, so they are asked for by number, one
 * after the other, until a long row of numbers has none. Needs a version that understands `include_signals`.
 */
export const hma: ExchangeType = {
  about: 'a bank of a Hasher-Matcher-Actioner (HMA) instance',
  settings: {
    url: { kind: 'text', required: true, about: 'address of the instance, up to before /c' },
    bank: { kind: 'text', required: true, about: 'name of the bank' },
    category: { kind: 'text', required: true, choices: categories, about: 'what the bank holds' },
    gap: {
      kind: 'count',
      about: `missing numbers in a row after which the bank is at its end (default: ${defaultGap})`,
    },
  },
  credentials: [[], ['user', 'password'], ['token']],
  url: ({ url }) => (url as string).replace(/\/+$/, ''),
  authorization: basicOrToken,
  open: (settings, { service }) => new HmaExchange(settings, service),
};

interface Content {
  readonly id: number;
  readonly bank: string;
  readonly enabled: boolean;
  readonly signals: Readonly<Record<string, string>> | undefined;
}

/** `round` holds the highest number with a content (`last`), and the one that the last sync found (`floor`). */
class HmaExchange implements Exchange {
  readonly brings = 'everything';
  readonly nextValidMs = 3_600_000;
  readonly source: string;
  readonly #url: string;
  readonly #bank: string;
  readonly #gap: number;
  readonly #category: string;

  constructor(
    settings: Settings,
    private readonly service: Service,
  ) {
    this.#url = hma.url(settings);
    this.#bank = settings.bank as string;
    this.#gap = (settings.gap as number | undefined) ?? defaultGap;
    this.#category = settings.category as string;
    this.source = `hma ${this.#url} ${this.#bank} ${this.#category}`;
  }

  begin(upTo = '0'): Place {
    return { round: { last: '0', floor: upTo } };
  }

  async page({ round, next }: Place, take: Take): Promise<Following> {
    if (next === undefined) await this.#requireBank();
    const first = Number(next ?? 1);
    const found = await this.#contents(first);
    const named = found.filter((one) => one !== undefined);
    if (named.length > 0 && named.every(({ signals }) => signals === undefined))
      throw new ExchangeFailure('too-old', 'this version of HMA tells no signals of its contents', false);
    await take(named.filter(({ bank }) => bank === this.#bank).flatMap((one) => this.#item(one)));
    const last = Math.max(Number(round.last), ...named.map(({ id }) => id));
    const after = first + pageSize;
    if (after - 1 - last >= this.#gap && after > Number(round.floor)) return { upTo: String(last) };
    return { place: { round: { ...round, last: String(last) }, next: String(after) } };
  }

  async #requireBank(): Promise<void> {
    const answer = await this.service.get(`${this.#url}/c/bank/${encodeURIComponent(this.#bank)}`, {
      statuses: [404],
    });
    answer.discard();
    if (answer.status === 404) throw new ExchangeFailure('not-found', 'there is no such bank', false);
  }

  async #contents(first: number): Promise<(Content | undefined)[]> {
    const found = new Array<Content | undefined>(pageSize);
    let at = 0;
    const walk = async () => {
      while (at < pageSize) {
        const mine = at++;
        found[mine] = await this.#content(first + mine);
      }
    };
    // Waits for all of them before a failure is thrown, so that none reports into the next try.
    const walks = await Promise.allSettled(Array.from({ length: atOnce }, walk));
    const failed = walks.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    return found;
  }

  async #content(id: number): Promise<Content | undefined> {
    // Versions before `include_signals` ask for `signal_type`.
    const query = new URLSearchParams({ include_signals: 'true', signal_type: 'pdq' });
    const path = `/c/bank/${encodeURIComponent(this.#bank)}/content/${id}`;
    const answer = await this.service.get(`${this.#url}${path}?${query}`, { statuses: [404] });
    if (answer.status === 404) {
      answer.discard();
      return undefined;
    }
    const value = await readObject(answer);
    if (value.id !== id)
      throw new ExchangeFailure('page-repeats', 'the service answers with another content', true);
    const bank = value.bank as { name?: unknown } | string | undefined;
    const until = Number(value.disable_until_ts ?? 1);
    // 0: switched off for good; 1: on; any other number: on from that time (seconds since 1970).
    const on = until === 1 || (until !== 0 && until * 1000 <= Date.now());
    const { signals } = value;
    return {
      id,
      bank: typeof bank === 'string' ? bank : String(bank?.name),
      enabled: value.enabled !== false && on,
      signals:
        typeof signals === 'object' && signals !== null ? (signals as Record<string, string>) : undefined,
    };
  }

  #item({ id, enabled, signals = {} }: Content): ListItem[] {
    if (!enabled) return [{ line: id, leftOut: 'switched off' }];
    const hashes = Object.entries(signals)
      .filter(([, hash]) => typeof hash === 'string' && hash !== '')
      .map(([algorithm, hash]) => ({ algorithm, hash }));
    if (hashes.length === 0) return [{ line: id, problem: 'the content holds no signal' }];
    return [
      {
        line: id,
        id: `${this.#bank}/${id}`,
        hashes,
        category: this.#category,
        supplier: 'HMA',
        member: this.#bank,
      },
    ];
  }
}
