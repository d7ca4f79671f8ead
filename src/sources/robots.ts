import { createRequire } from 'node:module';
import { StageError } from '../core/index.js';
import type { Web } from './web.js';

interface Rules {
  isAllowed(url: string, agent?: string): boolean | undefined;
  getCrawlDelay(agent?: string): number | undefined;
}

/** The longest pause between two requests that a host's robots.txt can ask for, in seconds. */
const longestPause = 10;
const agent = 'hashsieve';
/** The most bytes that are read, twice what crawlers must read. */
const maxBytes = 1_000_000;

/** What robots.txt files allow (RFC 9309), each read once. */
export class Robots {
  readonly #rules = new Map<string, Promise<Rules | string>>();

  constructor(readonly web: Web) {}

  /**
   * Why robots.txt forbids a URL; undefined where it allows the URL. Rejects with the signal's reason when it aborts.
   */
  async refusal(url: URL, signal?: AbortSignal): Promise<string | undefined> {
    const rules = this.#rules.get(url.origin) ?? this.#read(url, signal);
    this.#rules.set(url.origin, rules);
    const found = await rules;
    if (typeof found === 'string') return found;
    const isAllowed = found.isAllowed(url.href, agent) ?? true;
    return isAllowed
      ? undefined
      : 'the robots.txt of its host disallows it; --ignore-robots passes over that';
  }

  async #read({ origin, hostname }: URL, signal?: AbortSignal): Promise<Rules | string> {
    const parse = createRequire(import.meta.url)('robots-parser') as (url: string, text: string) => Rules;
    const address = `${origin}/robots.txt`;
    try {
      const { bytes } = await this.web.get(address, { signal, maxBytes });
      const rules = parse(address, new TextDecoder().decode(bytes));
      const pause = rules.getCrawlDelay(agent) ?? 0;
      if (pause > 0) this.web.pace(hostname, Math.min(pause, longestPause) * 1000);
      return rules;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof StageError)) throw error;
      // A host without a robots.txt allows everything; where reading it fails, the whole host is off limits. An address
      // that the fetcher refuses is also refused when the page itself is fetched.
      if (/^http-4(?!29)|^refused-address$/.test(error.code)) return parse(address, '');
      return `its host's robots.txt could not be read (${error.code}); --ignore-robots passes over that`;
    }
  }
}
