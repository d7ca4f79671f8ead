import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operator } from '../reports/cases.js';
import { hashsieve, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { dct, pdf } from '../support/pdf.js';
import { itWith } from '../support/programs.js';
import { random, seed } from '../support/seed.js';
import { videoOf } from '../support/video.js';
import { zip } from '../support/zip.js';

interface Case {
  readonly id: string;
  readonly state: string;
  readonly isListed: boolean;
  readonly copies: readonly {
    readonly number: number;
    readonly uri: string;
    readonly url?: string;
    readonly kind: string;
  }[];
}

/** A folder of drawn pictures, the ledger and the own list of whoever runs it. */
async function site(pictures: number) {
  const dir = tempDir();
  const at = (name: string) => join(dir, name);
  mkdirSync(at('site'));
  for (let number = 1; number <= pictures; number++)
    await draw(1000 + number, 96, 96)
      .png({ compressionLevel: 1 })
      .toFile(at(`site/${number}.png`));
  const reported = at('reported.png');
  await draw(7, 320, 240).png().toFile(reported);
  const known = ['--ledger', at('ledger.sqlite'), '--own-list', at('own.jsonl')];
  const run = (...args: string[]) => hashsieve(args);
  const takedown = (name: string, ...args: string[]) => run('takedown', name, ...args, ...known);
  const json = async (name: string, ...args: string[]) =>
    JSON.parse(
      (await run('takedown', name, ...args, '--ledger', at('ledger.sqlite'), '--json')).stdout,
    ) as unknown;
  const entries = () =>
    !existsSync(at('own.jsonl'))
      ? []
      : readFileSync(at('own.jsonl'), 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Record<string, string>);
  const scan = () => run('scan', at('site'), '-q', '--format', 'text', ...known);
  return { dir, at, reported, known, run, takedown, json, entries, scan };
}

/** Everyday fewer than the 10,000 that the road is made for: HASHSIEVE_TAKEDOWN_FILES=10000 draws them all. */
const files = Number(process.env.HASHSIEVE_TAKEDOWN_FILES ?? 60);

describe('a reported picture', () => {
  itWith(
    ['ffmpeg'],
    'is found with its altered copies in an archive, a PDF, a video and two pages, goes down and stays down',
    async () => {
      const { at, reported, run, takedown, json, scan } = await site(files);
      const copy = (quality: number, width = 280) =>
        draw(7, 320, 240).resize(width).jpeg({ quality }).toBuffer();
      copyFileSync(reported, at('site/the same.png'));
      writeFileSync(at('site/album.zip'), zip([{ name: 'a.jpg', bytes: await copy(60) }]));
      writeFileSync(at('site/paper.pdf'), pdf([dct(await copy(70, 320), 320, 240)]));
      writeFileSync(at('site/clip.mp4'), videoOf(await draw(7, 320, 240).png().toBuffer(), 'clip.mp4'));
      for (const [number, quality] of [80, 50].entries()) {
        const inline = (await copy(quality)).toString('base64');
        writeFileSync(at(`site/page${number}.html`), `<p><img src="data:image/jpeg;base64,${inline}"></p>`);
      }
      expect((await scan()).code).toBe(0);
      const config = at('config.json');
      const publicAddresses = [{ files: at('site'), url: 'https://forum.example/' }];
      writeFileSync(config, JSON.stringify({ operator: { ...operator, publicAddresses } }));
      const rules = at('blocked.conf');
      const added = await takedown(
        'add',
        reported,
        ...['--case', '4711', '--law', 'us-tida', '--config', config, '--format', 'nginx', '-o', rules],
      );
      expect([added.code, added.stdout]).toEqual([10, expect.stringContaining('identical: 1')]);
      const found = (await json('show', '--case', '4711')) as Case;
      const places = ['album.zip', 'clip.mp4', 'page0.html', 'page1.html', 'paper.pdf', 'the%20same.png'];
      for (const place of places) {
        expect(found.copies.map(({ uri }) => uri).join('\n')).toContain(place);
        expect(found.copies.map(({ url }) => url)).toContain(`https://forum.example/${place}`);
      }
      expect(readFileSync(rules, 'utf8')).toContain('451');
      expect((await takedown('close', '--case', '4711', '--by', 'anna')).code).toBe(3);
      expect((await takedown('close', '--case', '4711', '--removed', 'all', '--by', 'anna')).code).toBe(0);
      for (const place of places) rmSync(at(`site/${decodeURIComponent(place)}`));
      expect((await scan()).code).toBe(0);
      writeFileSync(at('site/new.jpg'), await copy(40, 200));
      const night = await scan();
      expect([night.code, night.stdout]).toEqual([10, expect.stringMatching(/new\.jpg.*takedown-4711/)]);
      expect((await run('takedown', 'receipt', '--case', '4711', '--ledger', at('ledger.sqlite'))).code).toBe(
        0,
      );
    },
    600_000,
  );

  /** Everyday fewer than the 50 that were asked for: HASHSIEVE_TAKEDOWN_KILLS=50. */
  const kills = Number(process.env.HASHSIEVE_TAKEDOWN_KILLS ?? 10);
  it(`loses no case where the program is killed at ${kills} moments`, async () => {
    const { at, reported, takedown, json, entries, scan, run, known } = await site(5);
    copyFileSync(reported, at('site/the same.png'));
    expect((await scan()).code).toBe(0);
    const started = performance.now();
    await takedown('add', reported, '--case', 'whole');
    const whole = performance.now() - started;
    const next = random(seed);
    const seen = new Set(['whole']);
    for (let kill = 0; kill < kills; kill++) {
      // The first part of its time the program only loads and reads.
      const moment = whole * (0.3 + 0.7 * next());
      await hashsieve(['takedown', 'add', reported, '--case', `k${kill}`, ...known], {
        during: (child) => {
          const timer = setTimeout(() => child.kill('SIGKILL'), moment);
          child.on('close', () => clearTimeout(timer));
        },
      });
      const cases = (await json('list')) as Case[];
      for (const id of seen) expect(cases.map((one) => one.id)).toContain(id);
      for (const { id } of cases) seen.add(id);
    }
    for (const { id, copies } of (await json('list')) as Case[])
      if (copies.length === 0) expect((await takedown('search', '--case', id)).code).toBe(10);
    for (let kill = 0; kill < kills; kill++)
      if (!seen.has(`k${kill}`)) await takedown('add', reported, '--case', `k${kill}`);
    const cases = (await json('list')) as Case[];
    expect(cases).toHaveLength(kills + 1);
    const looks = entries().filter(({ id }) => id === 'takedown-whole').length;
    for (const { id, copies, isListed } of cases) {
      expect([id, isListed, copies.map(({ kind }) => kind)]).toEqual([id, true, ['identical']]);
      expect(entries().filter((entry) => entry.id === `takedown-${id}`)).toHaveLength(looks);
    }
    expect((await run('ledger', 'check', '--ledger', at('ledger.sqlite'))).code).toBe(0);
  }, 900_000);
});
