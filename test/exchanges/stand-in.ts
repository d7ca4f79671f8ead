import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Stand-ins of exchanges on loopback, written from what their clients and documentation say (docs/lists.md). */

export const made = (digits: number, seed: string | number) =>
  createHash('sha512').update(`${seed}`).digest('hex').slice(0, digits);

/** What goes wrong with a request. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** The connection ends after so many bytes of the body. */
  | { readonly cut: number }
  /** The body stops after so many bytes, and the connection stays. */
  | { readonly stall: number }
  /** The body ends after so many bytes as though it were whole. */
  | { readonly short: number }
  /** Answers as though another address had been asked for. */
  | { readonly instead: string };

export interface Asked {
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export class StandIn {
  readonly asked: Asked[] = [];
  /** Decides what goes wrong with the nth request, counted from 1. */
  fault: (nth: number, url: string) => Fault | undefined = () => undefined;
  /** Milliseconds before every answer. */
  pace = 0;
  /** Answers wait for it. */
  gate: Promise<unknown> = Promise.resolve();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(private readonly answer: (url: URL, asked: Asked) => Reply) {}

  async listen(): Promise<string> {
    this.#server = createServer((request, response) => void this.#handle(request, response));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve) => this.#server!.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve) ?? resolve(undefined));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = { url: request.url!, headers: request.headers };
    this.asked.push(asked);
    const fault = this.fault(this.asked.length, asked.url);
    await delay(this.pace);
    await this.gate;
    if (fault && 'status' in fault) return void response.writeHead(fault.status, fault.headers).end('no');
    const url = fault && 'instead' in fault ? fault.instead : asked.url;
    const { status = 200, headers = {}, body = '' } = this.answer(new URL(url, 'http://x'), asked);
    const bytes = Buffer.from(body);
    const length = fault && 'short' in fault ? fault.short : bytes.length;
    response.writeHead(status, { ...headers, 'content-length': String(length) });
    if (fault && 'cut' in fault)
      return void response.write(bytes.subarray(0, fault.cut), () => request.socket.destroy());
    if (fault && 'stall' in fault) return void response.write(bytes.subarray(0, fault.stall));
    response.end(bytes.subarray(0, length));
  }
}

export interface Entry {
  readonly id: string;
  readonly member?: number;
  /** ISO 8601. */
  readonly time: string;
  readonly deleted?: boolean;
  readonly grade?: string;
  readonly inside?: string;
}

export const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** NCMEC Hash Sharing v2 below `/hs`: basic authentication, ranges of time, pages, in no order of time. */
export class Ncmec extends StandIn {
  entries: Entry[] = [];
  pageSize = 10;
  /** Added to what the pages call `max`. */
  surplus = 0;

  constructor() {
    super((url, { headers }) => {
      if (headers.authorization !== basic('user', 'secret-password')) return { status: 401 };
      if (url.pathname !== '/hs/v2/entries') return { status: 404 };
      return { headers: { 'content-type': 'application/xml' }, body: this.page(url.searchParams) };
    });
  }

  page(query: URLSearchParams): string {
    const [from, to] = [Date.parse(query.get('from')!), Date.parse(query.get('to')!)];
    const inRange = this.entries
      .filter(({ time }) => Date.parse(time) > from && Date.parse(time) <= to)
      .sort((a, b) => (made(16, a.id + a.time) < made(16, b.id + b.time) ? -1 : 1));
    const start = Number(query.get('start') ?? 1);
    const here = inRange.slice(start - 1, start - 1 + this.pageSize);
    const next = start + this.pageSize;
    const more = new URLSearchParams({
      from: query.get('from')!,
      to: query.get('to')!,
      start: String(next),
      size: String(this.pageSize),
      max: String(inRange.length + this.surplus),
    });
    const paging =
      next <= inRange.length
        ? `<paging><next>/v2/entries?${String(more).replaceAll('&', '&amp;')}</next></paging>`
        : '';
    const latest = here
      .map(({ time }) => time)
      .sort()
      .at(-1);
    return (
      '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
      '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">\n' +
      `<images count="${here.length}"${latest ? ` maxTimestamp="${latest}"` : ''}>\n${here.map(entryXml).join('')}</images>\n${paging}</queryResult>\n`
    );
  }
}

function entryXml({ id, member = 42, time, deleted, grade = 'A1', inside }: Entry): string {
  const head = `<member id="${member}">Member ${member}</member><timestamp>${time}</timestamp><id>${id}</id>`;
  if (deleted) return `<deletedImage>${head}</deletedImage>\n`;
  const prints = inside ?? `<md5>${made(32, id)}</md5><pdq>${made(64, id)}</pdq>`;
  return `<image>${head}<classification>${grade}</classification><fingerprints>${prints}</fingerprints></image>\n`;
}

export interface NciiRecord {
  readonly n: number;
  readonly time: number;
  readonly status?: string;
  readonly type?: string;
}

/** StopNCII FetchHashes below `/v1`: two keys in headers, pages by token, a time stamp for the next time. */
export class StopNcii extends StandIn {
  records: NciiRecord[] = [];
  pageSize = 10;

  constructor() {
    super((url, { headers }) => {
      if (headers['x-functions-key'] !== 'fkey' || headers['ocp-apim-subscription-key'] !== 'skey')
        return { status: 401 };
      if (url.pathname !== '/v1/FetchHashes') return { status: 404 };
      return { body: JSON.stringify(this.page(url.searchParams)) };
    });
  }

  page(query: URLSearchParams): object {
    const start = Number(query.get('startTimestamp'));
    const records = this.records.filter(({ time }) => time >= start);
    const at = Number(query.get('nextPageToken')?.replace('token-', '') ?? 0);
    const here = records.slice(at, at + this.pageSize);
    const more = at + this.pageSize < records.length;
    return {
      count: here.length,
      nextPageToken: more ? `token-${at + this.pageSize}` : '',
      nextSetTimestamp: Math.max(start, ...records.map(({ time }) => time)),
      hasMoreRecords: more,
      hashRecords: here.map(({ n, time, status = 'Active', type = 'ImagePDQ' }) => ({
        lastModtimestamp: time,
        signalType: type,
        hashValue: made(64, `ncii ${n}`),
        hashStatus: status,
        caseNumbers: {},
        CSPFeedbacks: [],
      })),
    };
  }
}

export interface HmaContent {
  readonly id: number;
  readonly bank: string;
  readonly disableUntil?: number;
  readonly signals?: Readonly<Record<string, string>>;
}

/** A Hasher-Matcher-Actioner instance: contents one by one, found by number whatever bank is named. */
export class Hma extends StandIn {
  contents: HmaContent[] = [];
  tellsSignals = true;

  constructor() {
    super((url) => {
      const [, bank, , id] = /^\/c\/bank\/(\w+)(\/content\/(\d+))?$/.exec(url.pathname) ?? [];
      if (!['BANK', 'OTHER'].includes(bank ?? '')) return { status: 404, body: '{"message":"not found"}' };
      if (id === undefined) return { body: JSON.stringify({ name: bank, matching_enabled_ratio: 1 }) };
      const found = this.contents.find((one) => one.id === Number(id));
      if (!found) return { status: 404, body: '{"message":"not found"}' };
      const { disableUntil = 1, signals = { pdq: made(64, `hma ${id}`) } } = found;
      return {
        body: JSON.stringify({
          id: found.id,
          bank: { name: found.bank, matching_enabled_ratio: 1 },
          disable_until_ts: disableUntil,
          collab_metadata: {},
          original_media_uri: null,
          ...(this.tellsSignals && url.searchParams.get('include_signals') === 'true' && { signals }),
        }),
      };
    });
  }
}
