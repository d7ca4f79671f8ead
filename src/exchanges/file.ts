import { createHash } from 'node:crypto';
import { toHex, UsageError } from '../core/index.js';
import { type Category, categories } from '../core/types.js';
import {
  type ListFormatName,
  ListReader,
  type LoadOptions,
  labelsOf,
  listFormats,
  type ReadEntry,
} from '../lists/index.js';
import { basicOrToken } from './credentials.js';
import {
  type Exchange,
  ExchangeFailure,
  type ExchangeType,
  type Following,
  type Place,
  type Ports,
  type Settings,
  type Take,
} from './types.js';

/** A list file on a web server, in any format that hashsieve reads. */
export const file: ExchangeType = {
  about: 'a list file on an HTTPS server, in any format',
  settings: {
    url: { kind: 'text', required: true, about: 'address of the file' },
    format: { kind: 'text', choices: Object.keys(listFormats), about: 'as --list-format' },
    algorithm: { kind: 'names', about: 'as --algorithm' },
    columns: { kind: 'pairs', about: 'as --column' },
    category: { kind: 'text', choices: categories, about: 'as --category' },
    categoryMap: { kind: 'pairs', about: 'as --category-map' },
    maxDownvotes: { kind: 'count', about: 'as --max-downvotes' },
  },
  credentials: [[], ['user', 'password'], ['token']],
  url: ({ url }) => url as string,
  authorization: basicOrToken,
  open: (settings, ports) => new FileExchange(settings, ports),
};

/** `round` holds the server's version of the file that was read last. */
class FileExchange implements Exchange {
  readonly brings = 'everything';
  readonly nextValidMs = 0;
  readonly source: string;

  constructor(
    private readonly settings: Settings,
    private readonly ports: Ports,
  ) {
    const { origin, pathname } = new URL(file.url(settings));
    // The query may contain a key, so the settings are identified by a digest.
    const digest = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 12);
    this.source = `file ${origin}${pathname} ${digest}`;
  }

  begin(upTo: string | undefined): Place {
    return { round: upTo === undefined ? {} : { version: upTo } };
  }

  async page({ round: { version } }: Place, take: Take): Promise<Following> {
    const known = /^(etag|modified) (.+)$/.exec(version ?? '');
    const answer = await this.ports.service.get(file.url(this.settings), {
      anywhere: true,
      statuses: known ? [304] : [],
      headers: known ? { [known[1] === 'etag' ? 'if-none-match' : 'if-modified-since']: known[2]! } : {},
    });
    if (answer.status === 304) {
      answer.discard();
      return { upTo: version, unchanged: true };
    }
    // A body whose end only the closing connection marks may have been cut off, and a list of lines would not show
    // that.
    const ends = ['content-length', 'transfer-encoding', 'content-encoding'].some((name) =>
      answer.header(name),
    );
    if (!ends) {
      answer.discard();
      throw new ExchangeFailure('no-length', 'the server does not say where the file ends', false);
    }
    let lost: unknown;
    async function* body() {
      try {
        yield* answer.body;
      } catch (error) {
        // The reader of lists would report a file that cannot be read, so the error is thrown after it.
        lost = error;
        throw error;
      }
    }
    const reader = new ListReader(this.#reading(body()));
    try {
      for await (const batch of reader.entries()) await take(batch.map(itemOf));
    } catch (error) {
      answer.discard();
      if (lost !== undefined) throw lost;
      if (!(error instanceof UsageError)) throw error;
      throw new ExchangeFailure('damaged', error.message, /ends in the middle|damaged/.test(error.message));
    }
    const { problemCount, problems, foreign, leftOut } = reader.report();
    const passed: Record<string, number> = { ...leftOut };
    for (const [kind, count] of Object.entries(foreign)) passed[`of kind ${kind}`] = count;
    if (problemCount > 0)
      passed[`lines that cannot be read (the first is ${problems[0]!.line})`] = problemCount;
    const etag = answer.header('etag');
    const modified = answer.header('last-modified');
    return { upTo: etag ? `etag ${etag}` : modified ? `modified ${modified}` : undefined, passed };
  }

  #reading(stream: AsyncIterable<Uint8Array>): LoadOptions {
    const { format, algorithm, columns, category, categoryMap, maxDownvotes } = this.settings;
    return {
      path: new URL(file.url(this.settings)).pathname,
      stream,
      algorithms: this.ports.algorithms,
      notes: true,
      ...(format === undefined ? {} : { format: format as ListFormatName }),
      ...(algorithm === undefined ? {} : { algorithm: algorithm as string[] }),
      ...(columns === undefined ? {} : { columns: columns as Record<string, string> }),
      ...(category === undefined ? {} : { category: category as Category }),
      ...(categoryMap === undefined ? {} : { categoryMap: categoryMap as Record<string, Category | 'skip'> }),
      ...(maxDownvotes === undefined ? {} : { maxDownvotes: maxDownvotes as number }),
    };
  }
}

/** Turns an entry that was read and checked into a row again. */
function itemOf(entry: ReadEntry) {
  const { votes: _votes, ...row } = entry.row;
  const { upvotes: _up, downvotes: _down, ...labels } = labelsOf(entry);
  const hashes = entry.hashes.map(({ algorithm, bytes }) => ({ algorithm, hash: toHex(bytes) }));
  return { ...row, ...labels, hashes, ...(entry.row.votes && { votes: entry.row.votes }) };
}
