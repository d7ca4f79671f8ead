import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { type ShieldStandIn, shieldStandIn } from '../support/shield.js';
import { demoList, listedPicture, startServer, type Wanted } from '../support/upload-server.js';

let shield: ShieldStandIn;
let picture: Uint8Array;
let hash: string;
let secret: string;

beforeAll(async () => {
  shield = await shieldStandIn();
  secret = join(tempDir(), 'secret');
  writeFileSync(secret, 'quite secret\n', { mode: 0o600 });
  const file = join(tempDir(), 'a.png');
  await draw(41, 320, 240).png().toFile(file);
  picture = new Uint8Array(readFileSync(file));
  hash = String(lines((await hashsieve(['hash', file, '-a', 'pdq', '-f', 'jsonl'])).stdout)[0]!.hex);
});
afterAll(() => shield.close());
beforeEach(() => {
  shield.listed.length = shield.asked.length = 0;
  shield.mood = undefined;
});

const started = (scan: Wanted['scan'] = {}) =>
  startServer({
    scan: { list: [demoList], matcher: ['shield'], ...scan },
    blocks: {
      matchers: {
        shield: {
          ...{ type: 'arachnid-shield', url: shield.url, user: 'forum', allowPrivate: true },
          password: { file: secret },
        },
      },
    },
  });

const post = async (url: string, body = picture) => {
  const answer = await fetch(`${url}/v1/scan`, { method: 'POST', body: new Uint8Array(body) });
  return {
    status: answer.status,
    ...((await answer.json()) as { verdict: string; event?: string; reason?: string }),
  };
};

const detections = async (path: string) => {
  const ledger = await Ledger.open(path, { alongside: true });
  try {
    return ledger.detections.all();
  } finally {
    ledger.close();
  }
};

it('asks a matching service about every upload, refuses what it knows, and asks once about the same', async () => {
  const { url, ledger, said } = await started();
  expect(said.map(({ line }) => line).join('\n')).toMatch(/gets fingerprints: pdq.*no picture leaves/);
  expect(await post(url)).toMatchObject({ status: 200, verdict: 'clear' });
  const asked = shield.asked.length;
  expect(asked).toBeGreaterThan(0);
  expect(await post(url)).toMatchObject({ status: 200 });
  expect(shield.asked).toHaveLength(asked);
  const other = await draw(42, 320, 240).png().toBuffer();
  shield.listed.push({ pdq: hash, classification: 'csam' });
  // What had no match is not asked about again for seven days; another picture is.
  expect(await post(url, new Uint8Array(other))).toMatchObject({ status: 200 });
  expect(shield.asked.length).toBeGreaterThan(asked);
  expect(await detections(ledger)).toEqual([]);
});

it('refuses an upload that the service matches, and notes the event before it answers', async () => {
  shield.listed.push({ pdq: hash, classification: 'csam' });
  const { url, ledger } = await started();
  const answer = await post(url);
  expect(answer).toMatchObject({ status: 451, verdict: 'match' });
  const [event] = await detections(ledger);
  expect(event).toMatchObject({ id: answer.event, best: { list: 'shield', matcher: 'arachnid-shield' } });
});

it.each([
  ['reject', 422],
  ['accept', 200],
])(
  'with --on-slow %s an upload about which the service does not answer in time ends with %i, and its match is noted later',
  async (onSlow, status) => {
    shield.listed.push({ pdq: hash, classification: 'csam' });
    let answer = () => {};
    const held = new Promise<void>((done) => {
      answer = done;
    });
    shield.mood = (response, hashes) => {
      void held.then(() => {
        shield.mood = undefined;
        const found = { classification: 'csam', match_type: 'exact', near_match_details: [] };
        const none = { classification: 'no-known-match', match_type: null, near_match_details: [] };
        const about = (one: string) => (Buffer.from(one, 'base64').toString('hex') === hash ? found : none);
        const scanned = Object.fromEntries(hashes.map((one) => [one, about(one)]));
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ scanned_hashes: scanned }));
      });
    };
    const { url, ledger, uploads } = await started({ onSlow, slowAfter: 0.05 });
    const ended = await post(url);
    expect(ended).toMatchObject(
      status === 422
        ? { status, verdict: 'unread', reason: 'match/remote-slow' }
        : { status, verdict: 'clear' },
    );
    expect(await detections(ledger)).toEqual([]);
    answer();
    await uploads.drain();
    expect(await detections(ledger)).toMatchObject([{ best: { list: 'shield' } }]);
  },
);

it('a match of a list does not wait for its verdict, and a service that is down leaves nothing clear', async () => {
  shield.mood = (response) => void response.writeHead(500).end();
  const { url } = await started({ slowAfter: 0.05 });
  expect(await post(url, new Uint8Array(readFileSync(listedPicture)))).toMatchObject({ status: 451 });
  expect(await post(url)).toMatchObject({ status: 422, verdict: 'unread' });
});
