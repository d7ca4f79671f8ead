import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { demo, hashsieve, lines, tempDir } from '../support/cli.js';

const known = join(demo, 'known.csv');
const picture = readFileSync(join(demo, 'uploads/holiday.jpg'));

let base = '';
let asked: IncomingMessage[] = [];
const pages: Record<string, () => string | Buffer | { readonly to: string }> = {
  '/robots.txt': () => 'User-agent: *\nDisallow: /hidden/\n',
  '/': () =>
    `<img src=/a.jpg><img src=/hidden/b.jpg><img src=/away.jpg><img src="http://other.example/x.jpg">` +
    `<div style="background:url(data:image/jpeg;base64,${picture.toString('base64')})">`,
  '/second': () => '<a href=/c.jpg>large</a><img src=/a.jpg>',
  '/a.jpg': () => picture,
  '/c.jpg': () => picture,
  '/hidden/b.jpg': () => picture,
  '/away.jpg': () => ({ to: 'http://other.example/z.jpg' }),
  '/sitemap.xml': () => `<sitemapindex><sitemap><loc>${base}/all.xml.gz</loc></sitemap></sitemapindex>`,
  '/all.xml.gz': () =>
    gzipSync(`<urlset><url><loc>${base}/second</loc></url><url><loc>${base}/gone</loc></url></urlset>`),
};
const server = createServer((request, response) => {
  asked.push(request);
  const content = pages[request.url ?? '']?.();
  if (content === undefined) response.writeHead(404).end();
  else if (typeof content === 'object' && 'to' in content)
    response.writeHead(302, { location: content.to }).end();
  else response.setHeader('etag', '"1"').end(content);
});

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
});
afterAll(() => {
  server.close();
});

const local = ['--list', known, '--allow-private', '--rate', '1000'];
const show = (stdout: string) =>
  lines(stdout).map(({ outcome, uri, page, code }) =>
    [outcome, uri, page, code].filter(Boolean).join(' ').replaceAll(base, ''),
  );

describe('a page', () => {
  it('is scanned for what it shows, and every record names it', async () => {
    const events = join(tempDir(), 'events.csv');
    const args = ['scan', '--pages', `${base}/`, ...local, '--format', 'jsonl', '-o', '-', '-o', events];
    const { code, stdout } = await hashsieve([...args, '--contact', 'abuse@operator.example']);
    expect(code).toBe(11);
    expect(show(stdout)).toEqual([
      'matched /a.jpg /',
      'skipped /hidden/b.jpg / robots',
      'failed /away.jpg / redirected-off-site',
      'skipped http://other.example/x.jpg / off-site',
      'matched /#data-1 /',
    ]);
    expect(asked.map(({ url }) => url)).not.toContain('/hidden/b.jpg');
    for (const { headers } of asked)
      expect(headers['user-agent']).toMatch(/^hashsieve\/\S+ \(\+abuse@operator\.example\)$/);

    const rows = parse(readFileSync(events), { columns: true }) as Record<string, string>[];
    expect(rows.map(({ page }) => page)).toEqual(Array(5).fill(`${base}/`));
    const ajv = new Ajv2020({ strict: false });
    (formats as unknown as (ajv: Ajv2020) => void)(ajv);
    for (const [kind, schema] of [
      ['matched', 'event'],
      ['skipped', 'result'],
    ] as const) {
      const valid = ajv.compile(
        JSON.parse(readFileSync(`docs/schemas/${schema}.schema.json`, 'utf8')) as object,
      );
      for (const record of lines(stdout).filter(({ outcome }) => outcome === kind))
        expect(valid(record), JSON.stringify(valid.errors)).toBe(true);
    }
  });

  it('in a file leads to the hosts that are listed', async () => {
    const file = join(tempDir(), 'page.html');
    writeFileSync(file, `<img src="${base}/a.jpg">`);
    const without = await hashsieve(['scan', '--pages', file, ...local]);
    expect(show(without.stdout)).toEqual([
      expect.stringMatching(/^skipped \/a\.jpg .*off-site$/),
      expect.stringMatching(/^failed file:.*only-off-site$/),
    ]);
    expect(without.code).toBe(3);
    const { stdout } = await hashsieve(['scan', '--pages', file, '--hosts', '127.0.0.1', ...local]);
    expect(show(stdout)).toEqual([expect.stringMatching(/^matched \/a\.jpg file:.*page\.html$/)]);
  });

  it('in a file that names files outside of its folder is incomplete', async () => {
    const file = join(tempDir(), 'page.html');
    const inline = `data:image/jpeg;base64,${picture.toString('base64')}`;
    writeFileSync(file, `<img src="/no/such/folder/b.jpg"><img src="${inline}">`);
    const { code, stdout } = await hashsieve(['scan', '--pages', file, ...local]);
    expect(show(stdout)).toEqual([
      expect.stringMatching(/^skipped file:\/\/\/no\/such\/folder\/b\.jpg .* outside-folder$/),
      expect.stringMatching(/^matched /),
    ]);
    expect(code).toBe(11);
  });

  it('is known again: its pictures are asked for with their versions, and their events still name it', async () => {
    const ledger = ['--ledger', join(tempDir(), 'ledger.db')];
    const args = ['scan', '--pages', `${base}/second`, ...local, ...ledger];
    const first = await hashsieve(args);
    const second = await hashsieve(args);
    expect(show(second.stdout)).toEqual(['matched /c.jpg /second', 'matched /a.jpg /second']);
    expect(show(second.stdout)).toEqual(show(first.stdout));
    expect(asked.filter(({ headers }) => headers['if-none-match'] === '"1"')).toHaveLength(2);
    const again = await hashsieve(['rematch', '--list', known, ...ledger]);
    expect(show(again.stdout).sort()).toEqual(show(first.stdout).sort());
  });
});

describe('a sitemap', () => {
  it('leads through its index to its pages', async () => {
    const { code, stdout } = await hashsieve(['scan', '--sitemap', `${base}/sitemap.xml`, ...local]);
    expect(code).toBe(11);
    expect(show(stdout)).toEqual([
      'matched /c.jpg /second',
      'matched /a.jpg /second',
      'failed /gone http-404',
    ]);
  });

  it('of a host that is no public one is refused without a request', async () => {
    const { code, stdout } = await hashsieve(['scan', '--sitemap', `${base}/sitemap.xml`, '--list', known]);
    expect(code).toBe(3);
    expect(show(stdout)).toEqual(['failed /sitemap.xml refused-address']);
    expect(asked).toEqual([]);
  });
});

describe('wrong usage', () => {
  it.each([
    [['--pages', '/no/such.html'], /no such file/],
    [['--sitemap', 'https://u:s3cret@a.example/'], /user name or password/],
    [['--pages', 'https://a.example/', '--contact', 'a b'], /--contact/],
    [
      ['--pages', 'https://a.example/', '--hosts', 'https://b.example'],
      /--hosts: "https:\/\/b\.example" is no name/,
    ],
    [['--pages', 'https://a.example/', '--hosts', 'b.example:8080'], /without scheme, port and path/],
  ])('%j', async (args, message) => {
    const { code, stderr } = await hashsieve(['scan', ...args, '--list', known]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('s3cret');
  });
});
