import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Ledger } from '../../src/ledger/index.js';
import { hashsieve, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { random, seed } from '../support/seed.js';
import { startService } from '../support/service.js';

/** Fewer than the 50 that `.ci/run` asks for (HASHSIEVE_KILLS=50): each takes seconds on a machine that does more. */
const kills = Number(process.env.HASHSIEVE_KILLS ?? 4);
const clients = 4;

let pictures: Buffer[];
let list: string;
beforeAll(async () => {
  const dir = tempDir();
  pictures = [];
  for (let at = 0; at < 12; at++) {
    pictures.push(
      await draw(100 + at, 200, 150)
        .jpeg()
        .toBuffer(),
    );
    writeFileSync(join(dir, `${at}.jpg`), pictures[at]!);
  }
  list = join(tempDir(), 'known.jsonl');
  const { stdout } = await hashsieve(['hash', dir, '-a', 'pdq', '-f', 'jsonl']);
  writeFileSync(list, stdout);
});

interface Told {
  readonly uploader: string;
  readonly event: string;
}

/** Uploads listed pictures, one after the other, until the service is gone; every answer that came is told. */
async function upload(url: string, client: string, told: Told[]): Promise<void> {
  for (let at = 0; ; at++) {
    const uploader = `${client}-${at}`;
    try {
      const response = await fetch(`${url}/v1/scan`, {
        method: 'POST',
        body: new Uint8Array(pictures[at % pictures.length]!),
        headers: { 'x-hashsieve-uploader': uploader },
      });
      const { event } = (await response.json()) as { event: string };
      if (response.status === 451) told.push({ uploader, event });
    } catch {
      return; // killed
    }
  }
}

describe('a service that is killed under load', () => {
  it(
    `has every match that it answered in its ledger and in the outbox of every target: ${kills} kills`,
    async () => {
      const dir = tempDir();
      const ledger = join(dir, 'ledger');
      const config = join(dir, 'config.json');
      const targets = { desk: { type: 'command', command: ['true'] } };
      writeFileSync(config, JSON.stringify({ notify: { interval: 3600, targets } }));
      const told: Told[] = [];
      const next = random(seed);
      for (let kill = 0; kill < kills; kill++) {
        const service = await startService(['-l', list, '--ledger', ledger, '--config', config]);
        const enough = told.length + 1 + Math.floor(next() * 40);
        const load = Array.from({ length: clients }, (_, client) =>
          upload(service.url, `${kill}-${client}`, told),
        );
        while (told.length < enough) await new Promise((done) => setImmediate(done));
        await service.end('SIGKILL');
        await Promise.all(load);
      }
      const opened = await Ledger.open(ledger);
      const events = new Map(opened.detections.all().map((event) => [event.id, event]));
      const waiting = new Set(
        opened.database
          .prepare('SELECT detection FROM outbox WHERE target = ?')
          .all('desk')
          .map(([detection]) => Buffer.from(detection as Uint8Array | string).toString()),
      );
      opened.close();
      expect(told.length).toBeGreaterThanOrEqual(kills);
      expect(told.filter(({ event }) => !events.has(event))).toEqual([]);
      expect(told.filter(({ event }) => !waiting.has(event))).toEqual([]);
      expect(told.filter(({ event, uploader }) => events.get(event)?.upload?.uploader !== uploader)).toEqual(
        [],
      );
    },
    30_000 + kills * 30_000,
  );
});
