import { writeFileSync } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Crawl } from '../../src/sources/crawl.js';
import { type SourceName, sources } from '../../src/sources/index.js';
import type { Source, Sourced } from '../../src/sources/types.js';
import { site } from '../sources/site.js';
import { all, tree } from '../sources/tree.js';

/** An example of each source that yields at least one ref. A new member needs its line here. */
const examples: Record<SourceName, () => Source | Promise<Source>> = {
  directory: () => sources.directory({ path: tree('a', 'b/c', 'd') }),
  file: () => sources.file({ path: tree('a') }),
  pattern: () => sources.pattern({ pattern: '{a,b/*}', cwd: tree('a', 'b/c', 'd') }),
  url: () => sources.url({ url: 'https://site.example/a' }),
  'path-list': () =>
    sources['path-list']({ input: { stream: Readable.from([Buffer.from('a\nb\nc\n')]) }, cwd: '/w' }),
  'url-list': () => {
    const root = tree();
    writeFileSync(`${root}/urls`, 'https://a.example/\nnonsense\nhttps://b.example/\n');
    return sources['url-list']({ input: { path: 'urls' }, cwd: root });
  },
  bucket: () =>
    sources.bucket({
      place: { bucket: 'uploads', key: '' },
      list: async (_place, after) =>
        after
          ? { objects: [{ key: 'c/d.jpg', size: 2 }] }
          : {
              objects: [
                { key: 'a \u00e4\n?#%.jpg', size: 1, version: 'v' },
                { key: 'c/', size: 0 },
              ],
              next: 'more',
            },
    }),
  stdin: () => sources.stdin({ stream: Readable.from([Buffer.from('a')]), name: 'a b', maxBytes: 10 }),
  pages: () => sources.pages({ page: 'https://site.example/', cwd: '/', crawl: crawl() }),
  sitemap: () => sources.sitemap({ sitemap: 'https://site.example/sitemap.xml', cwd: '/', crawl: crawl() }),
};

const crawl = () =>
  new Crawl({
    web: site({
      '/': '<img src="/a.jpg"><img src="data:image/png;base64,AAAA"><img src="http://other.example/b.png">',
      '/sitemap.xml': '<urlset><url><loc>https://site.example/</loc></url></urlset>',
    }),
  });

describe.each(Object.entries(examples))('%s keeps the source contract', (_name, make) => {
  it('ends, and yields refs that survive JSON', async () => {
    const found = await all(await make());
    expect(found.length).toBeGreaterThan(0);
    for (const one of found) {
      expect(JSON.parse(JSON.stringify(one))).toEqual(one);
      expect(['asset', 'failed', 'skipped']).toContain(one.kind);
      expect(one.ref.uri).toMatch(/^(file:\/\/\/|https?:\/\/|s3:\/\/|stdin:)[!-~]*$/);
      if (one.kind !== 'asset') expect(one.message).toBeTruthy();
    }
  });

  it('says what it lists', async () => {
    expect((await make()).label).toMatch(/\S/);
  });

  it('yields nothing once it is aborted', async () => {
    expect(await all(await make(), AbortSignal.abort())).toEqual([]);
  });

  it('ends when it is aborted on the way', async () => {
    const controller = new AbortController();
    const found: Sourced[] = [];
    for await (const one of (await make()).list(controller.signal)) {
      found.push(one);
      controller.abort();
    }
    expect(found).toHaveLength(1);
  });

  it('lets go when its reader does', async () => {
    for await (const one of (await make()).list()) {
      expect(one).toBeTruthy();
      break;
    }
  });
});

describe.each(['path-list', 'url-list'] as const)('%s', (name) => {
  it('ends when it is aborted while it waits for its list', async () => {
    const controller = new AbortController();
    const stream = new PassThrough();
    stream.write('https://a.example/\n');
    const source = await sources[name]({ input: { stream }, cwd: '/' });
    const list = source.list(controller.signal)[Symbol.asyncIterator]();
    expect((await list.next()).done).toBe(false);
    const next = list.next();
    controller.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
