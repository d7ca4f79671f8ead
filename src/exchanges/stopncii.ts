import { readStopNcii } from '../lists/index.js';
import type { ListItem } from '../lists/types.js';
import { readObject } from './answer.js';
import {
  type Exchange,
  ExchangeFailure,
  type ExchangeType,
  type Following,
  type Place,
  type Service,
  type Take,
} from './types.js';

const pageSize = 800;
/** The earliest time that the service is known to accept. */
const earliest = '10';

/** Hashes of adults' intimate images: category `ncii`. Feedback is read, never sent. */
export const stopncii: ExchangeType = {
  about: 'StopNCII FetchHashes',
  settings: {
    url: { kind: 'text', about: 'address of the API (default: https://api.stopncii.org/v1)' },
  },
  credentials: [['subscriptionKey', 'functionKey']],
  url: ({ url }) => ((url as string | undefined) ?? 'https://api.stopncii.org/v1').replace(/\/+$/, ''),
  authorization: ({ subscriptionKey, functionKey }) => ({
    'ocp-apim-subscription-key': subscriptionKey ?? '',
    'x-functions-key': functionKey ?? '',
  }),
  open: (settings, { service }) => new StopNciiExchange(stopncii.url(settings), service),
};

class StopNciiExchange implements Exchange {
  readonly brings = 'changes';
  /** The service only says "not valid over long periods". */
  readonly nextValidMs = 3_600_000;
  readonly source: string;

  constructor(
    private readonly url: string,
    private readonly service: Service,
  ) {
    this.source = `stopncii ${url}`;
  }

  begin(upTo = earliest): Place {
    return { round: { start: upTo } };
  }

  async page({ round, next }: Place, take: Take): Promise<Following> {
    const query = new URLSearchParams({ startTimestamp: round.start!, pageSize: String(pageSize) });
    if (next !== undefined) query.set('nextPageToken', next);
    const statuses = next === undefined ? [] : [400, 404, 410];
    const answer = await this.service.get(`${this.url}/FetchHashes?${query}`, { statuses });
    if (answer.status !== 200) {
      answer.discard();
      return { place: { round }, restart: true };
    }
    const page = await readObject(answer);
    const { hashRecords, count, hasMoreRecords, nextPageToken, nextSetTimestamp } = page;
    const upTo = String(nextSetTimestamp ?? '');
    if (!Array.isArray(hashRecords) || typeof hasMoreRecords !== 'boolean' || !/^\d+$/.test(upTo))
      throw new ExchangeFailure('damaged', 'the answer is no page of FetchHashes', true);
    if (typeof count === 'number' && count !== hashRecords.length)
      throw new ExchangeFailure(
        'damaged',
        `the page says ${count} records and has ${hashRecords.length}`,
        true,
      );
    await take(hashRecords.map((value, at) => this.#row(at + 1, value, round.start!)));
    if (!hasMoreRecords) return { upTo: Number(upTo) < Number(round.start) ? round.start : upTo };
    if (typeof nextPageToken !== 'string' || nextPageToken === '' || nextPageToken === next)
      throw new ExchangeFailure('page-repeats', 'the service names no page after this one', true);
    return { place: { round, next: nextPageToken } };
  }

  #row(line: number, value: unknown, start: string): ListItem {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { line, problem: 'the record is no object' };
    const row = readStopNcii({ line, value: value as Record<string, unknown> });
    if (!('hashes' in row)) return row;
    return { ...row, updated: row.updated ?? new Date(Number(start) * 1000).toISOString() };
  }
}
