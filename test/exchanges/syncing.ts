import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach } from 'vitest';
import { type ExchangeTypeName, exchangeTypes } from '../../src/exchanges/index.js';
import { openService } from '../../src/exchanges/service.js';
import { readState, type SyncState } from '../../src/exchanges/state.js';
import { type Synced, syncList } from '../../src/exchanges/sync.js';
import type { Credentials, Settings } from '../../src/exchanges/types.js';
import { algorithms } from '../lists/made.js';
import type { StandIn } from './stand-in.js';

const scratch = mkdtempSync(join(tmpdir(), 'hashsieve-sync-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let places = 0;

const toClose: StandIn[] = [];
afterEach(async () => {
  for (const one of toClose.splice(0)) await one.close();
});

/** Starts a stand-in; it ends with the test. */
export async function start(server: StandIn): Promise<string> {
  toClose.push(server);
  return server.listen();
}

/** One list of one exchange, to be synced as often as wanted, with a clock and pauses of its own. */
export class Syncing {
  readonly path = join(scratch, `${places++}`, 'list.jsonl');
  readonly pauses: number[] = [];
  now = new Date('2024-06-01T00:00:00Z');
  timeoutSeconds = 10;
  allowPrivate = true;
  stop = new AbortController();

  constructor(
    private readonly type: ExchangeTypeName,
    private readonly settings: Settings,
    private readonly credentials: Credentials = {},
  ) {}

  async sync(more: { fresh?: boolean } = {}): Promise<Synced> {
    const type = exchangeTypes[this.type];
    const { signal } = this.stop;
    const service = openService({
      url: type.url(this.settings),
      authorization: type.authorization(this.credentials),
      userAgent: 'hashsieve/test',
      allowPrivate: this.allowPrivate,
      timeoutSeconds: this.timeoutSeconds,
      maxBytes: 10_000_000,
      signal,
    });
    try {
      return await syncList({
        path: this.path,
        exchange: type.open(this.settings, { service, algorithms }),
        algorithms,
        now: () => this.now,
        sleep: async (milliseconds) => {
          this.pauses.push(milliseconds);
        },
        random: () => 0.5,
        signal,
        ...more,
      });
    } finally {
      await service.close();
    }
  }

  /** The code that a sync fails with, or `synced`. */
  code(): Promise<string> {
    return this.sync().then(
      () => 'synced',
      (error: { code?: string }) => {
        if (error.code === undefined) throw error;
        return error.code;
      },
    );
  }

  get text(): string {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8') : '';
  }

  get entries(): Record<string, unknown>[] {
    return this.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  get ids(): unknown[] {
    return this.entries.map(({ id }) => id);
  }

  state(): Promise<SyncState | undefined> {
    return readState(this.path);
  }
}
