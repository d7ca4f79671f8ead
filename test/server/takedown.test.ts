import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scan, takeDown, withdrawTakedown } from '../../src/app/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { shieldStandIn } from '../support/shield.js';
import { demoList, startServer } from '../support/upload-server.js';

it('a case is found at upload and by scans, beside other lists and matching services, and no longer once it is withdrawn', async () => {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  const shield = await shieldStandIn();
  try {
    await draw(77, 320, 240).png().toFile(at('reported.png'));
    await draw(77, 320, 240).resize(280).jpeg({ quality: 60 }).toFile(at('again.jpg'));
    writeFileSync(at('secret'), 'quite secret\n', { mode: 0o600 });
    const service = {
      type: 'arachnid-shield',
      url: shield.url,
      user: 'forum',
      password: { file: at('secret') },
    };
    const blocks = { matchers: { shield: { ...service, allowPrivate: true } } };
    const own = { workers: 0, ledger: at('ledger'), ownList: at('own.jsonl') };
    await scan([at('again.jpg')], own);
    await takeDown([at('reported.png')], { ...own, caseId: '4711', category: 'ncii' });
    // The service knows the picture, too: each says what it knows.
    const [{ hex }] = lines(
      (await hashsieve(['hash', at('again.jpg'), '-a', 'pdq', '-f', 'jsonl'])).stdout,
    ) as [{ hex: string }];
    shield.listed.push({ pdq: hex, classification: 'csam' });
    const config = { path: at('config.json'), options: {}, blocks };
    const beside = { ...own, list: [demoList], matcher: ['shield'] };
    const told = async () => {
      const found: string[] = [];
      await scan(
        [at('again.jpg')],
        { ...beside, fresh: true },
        { config },
        {
          onRecord: (record) =>
            void (record.outcome === 'matched' && found.push(...record.matches.map(({ list }) => list))),
        },
      );
      return new Set(found);
    };
    expect(await told()).toEqual(new Set(['own', 'shield']));

    const { url, uploads } = await startServer({ scan: beside, blocks });
    const post = async () => {
      const body = new Uint8Array(readFileSync(at('again.jpg')));
      const answer = await fetch(`${url}/v1/scan`, { method: 'POST', body });
      return (await answer.json()) as { verdict: string; event?: string };
    };
    const { verdict, event } = await post();
    expect(verdict).toBe('match');
    const ledger = await Ledger.open(own.ledger, { alongside: true });
    const [detection] = ledger.detections.some([event!]);
    ledger.close();
    expect(detection!.matches.map(({ entryId }) => entryId)).toContain('takedown-4711');

    shield.listed.length = 0;
    await withdrawTakedown({ ...own, caseId: '4711', by: 'ann' });
    await uploads.reload();
    // What a service once matched is remembered for ever; the case is not.
    expect(await told()).toEqual(new Set(['shield']));
  } finally {
    await shield.close();
  }
});
