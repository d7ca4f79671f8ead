import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';
import { itWith } from '../support/programs.js';
import { demoList, listedPicture, startService } from '../support/service.js';

const listed = new Uint8Array(readFileSync(listedPicture));

const post = (url: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/scan`, { method: 'POST', body: listed, headers });

describe('hashsieve serve', () => {
  it('ends in order: what it has taken is answered, and it ends with 0', async () => {
    const service = await startService(['-l', demoList]);
    const answers = Array.from({ length: 6 }, () => post(service.url));
    await (await answers[0]!).text();
    const ended = service.end('SIGTERM');
    expect(await ended).toBe(0);
    const statuses = (await Promise.allSettled(answers)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value.status] : [],
    );
    expect(new Set(statuses)).toEqual(new Set([451]));
    expect(service.said()).toContain('hashsieve: stopping\n');
  });

  itWith(['POSIX'], 'reads changed lists again at SIGHUP, and goes on', async () => {
    const list = join(tempDir(), 'known.csv');
    writeFileSync(list, 'name,md5\na,0123456789abcdef0123456789abcdef\n');
    const service = await startService(['-l', list]);
    expect((await post(service.url)).status).toBe(200);
    copyFileSync(demoList, list);
    service.child.kill('SIGHUP');
    // It looks by itself too; the signal only makes it sooner.
    let status = 200;
    while (status === 200) ({ status } = await post(service.url));
    expect(status).toBe(451);
    expect(await service.end('SIGTERM')).toBe(0);
  });

  itWith(
    ['POSIX'],
    'keeps matched uploads with --keep: read-only, under the name of the event, and says so',
    async () => {
      const keep = join(tempDir(), 'kept');
      const service = await startService(['-l', demoList, '--keep', keep]);
      await service.hears(/not sealed: serve that directory to nobody/);
      const { event } = (await (await post(service.url)).json()) as { event: string };
      await (await post(service.url)).text();
      expect(readdirSync(keep)).toEqual([event]);
      expect(new Uint8Array(readFileSync(join(keep, event)))).toEqual(listed);
      expect(statSync(join(keep, event)).mode & 0o777).toBe(0o400);
      expect(statSync(keep).mode & 0o777).toBe(0o700);
    },
  );

  it('gives report draft the uploader, the address, the name and the time', async () => {
    const dir = tempDir();
    const ledger = join(dir, 'ledger');
    const list = join(dir, 'known.csv');
    // The demo list is an exercise, which is not reported; this one is not.
    const { stdout: hashes } = await hashsieve(['hash', listedPicture, '-a', 'sha256', '-f', 'jsonl']);
    const { hex } = JSON.parse(hashes) as { hex: string };
    writeFileSync(list, `id,sha256\nx1,${hex}\n`);
    const service = await startService(['-l', list, '--category', 'csam', '--ledger', ledger]);
    const at = '2026-11-30T10:00:00.000Z';
    const said = {
      'x-hashsieve-uploader': '4711',
      'x-hashsieve-ip': '192.0.2.7',
      'x-hashsieve-name': 'beach.jpg',
      'x-hashsieve-time': at,
    };
    expect((await post(service.url, said)).status).toBe(451);
    await service.end('SIGTERM');
    const config = join(dir, 'config.json');
    const operator = {
      organisation: 'Forum',
      domain: 'forum.example',
      jurisdiction: 'us',
      reporter: { firstName: 'A', lastName: 'B', email: 'a@forum.example' },
    };
    writeFileSync(config, JSON.stringify({ operator }));
    const drafts = join(dir, 'drafts');
    const drafted = await hashsieve([
      ...['report', 'draft', '--to', 'generic', '--ledger', ledger],
      ...['--config', config, '--output', drafts],
    ]);
    expect(drafted.code).toBe(0);
    const texts = readdirSync(drafts, { recursive: true, encoding: 'utf8' })
      .map((name) => join(drafts, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n');
    for (const text of ['4711', '192.0.2.7', 'beach.jpg', '2026-11-30T10:00:00'])
      expect(texts).toContain(text);
  });

  it('refuses what would be open to others, and a directory for evidence that others can enter', async () => {
    const open = await hashsieve(['serve', '-l', demoList, '--http', '0.0.0.0:0']);
    expect(open).toMatchObject({ code: 2, stderr: expect.stringContaining('--token-file') });
    const weak = join(tempDir(), 'token');
    writeFileSync(weak, 'secret', { mode: 0o600 });
    const token = await hashsieve(['serve', '-l', demoList, '--token-file', weak]);
    expect(token).toMatchObject({ code: 2, stderr: expect.stringContaining('at least 24 characters') });
    const taken = createServer();
    const port = await new Promise<number>((done) =>
      taken.listen(0, '127.0.0.1', () => done((taken.address() as { port: number }).port)),
    );
    const busy = await hashsieve(['serve', '-l', demoList, '--http', `127.0.0.1:${port}`]);
    taken.close();
    expect(busy).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot listen at') });
    expect(await hashsieve(['serve', '-l', '-'])).toMatchObject({ code: 2 });
    expect(await hashsieve(['serve'])).toMatchObject({ code: 2 });
  });
});
