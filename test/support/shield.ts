import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hammingDistance, hexToBytes } from '../../src/core/index.js';

/** An entry that the stand-in holds: its PDQ in hex, and what it is. */
export interface Listed {
  readonly pdq: string;
  readonly classification: string;
}

/** How the stand-in answers next; undefined: as Shield does. */
export type Mood = (response: ServerResponse, hashes: readonly string[]) => void;

/** A stand-in for Arachnid Shield on loopback, by what its public clients show of `POST /v1/pdq/`. */
export interface ShieldStandIn {
  readonly url: string;
  /** The entries, which tests change. */
  readonly listed: Listed[];
  /** The hashes of every request, in hex. */
  readonly asked: string[][];
  /** Everything that was sent: first line, headers and body. */
  readonly sent: string[];
  /** True where one client's shape is answered: `near_match_details` as one object. */
  flat: boolean;
  mood: Mood | undefined;
  close(): Promise<void>;
}

const threshold = 31;

/** Starts a stand-in that takes the user `forum` with the password `quite secret`. */
export async function shieldStandIn(): Promise<ShieldStandIn> {
  const wanted = `Basic ${Buffer.from('forum:quite secret').toString('base64')}`;
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    made.sent.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${body}`);
    if (request.headers.authorization !== wanted) {
      response.writeHead(401).end('{"detail":"no"}');
      return;
    }
    if (request.method !== 'POST' || request.url !== '/v1/pdq/') {
      response.writeHead(404).end('{"detail":"Not Found"}');
      return;
    }
    const { hashes } = JSON.parse(body) as { hashes: string[] };
    made.asked.push(hashes.map((hash) => Buffer.from(hash, 'base64').toString('hex')));
    if (made.mood) {
      made.mood(response, hashes);
      return;
    }
    const scanned = Object.fromEntries(hashes.map((hash) => [hash, answerTo(hash, made)]));
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ scanned_hashes: scanned }));
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const made: ShieldStandIn = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    listed: [],
    asked: [],
    sent: [],
    flat: false,
    mood: undefined,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  return made;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function answerTo(base64: string, { listed, flat }: ShieldStandIn): unknown {
  const hash = Buffer.from(base64, 'base64');
  const distanceTo = ({ pdq }: Listed) => hammingDistance(hash, hexToBytes(pdq));
  const near = listed.filter((one) => distanceTo(one) <= threshold);
  const [first] = near;
  if (!first)
    return flat ? null : { classification: 'no-known-match', match_type: null, near_match_details: [] };
  const isExact = distanceTo(first) === 0;
  const details = near.map(({ pdq, classification }) => ({
    classification,
    sha1_base32: 'A'.repeat(32),
    sha256_hex: pdq,
    timestamp: 0,
  }));
  return {
    classification: first.classification,
    match_type: isExact ? 'exact' : 'near',
    near_match_details: isExact ? (flat ? null : []) : flat ? details[0] : details,
  };
}
