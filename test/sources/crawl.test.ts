import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/core/errors.js';
import { Crawl } from '../../src/sources/crawl.js';
import { pagesSource } from '../../src/sources/pages.js';
import { sitemapSource } from '../../src/sources/sitemap.js';
import type { Sourced } from '../../src/sources/types.js';
import { site, type TestSite } from './site.js';
import { all, tree } from './tree.js';

const home = 'https://site.example/';
type Options = Omit<ConstructorParameters<typeof Crawl>[0], 'web'>;

/** A ref as its address and page, anything else as its code and address. */
const show = (one: Sourced): string => {
  if (one.kind === 'asset') return `${one.ref.uri}${one.ref.page ? ` on ${one.ref.page}` : ''}`;
  return `${one.kind === 'failed' ? one.code : one.reason} ${one.ref.uri}`;
};
const short = (found: readonly Sourced[]) => found.map(show).map((text) => text.replaceAll(home, '/'));

const page = async (web: TestSite, options: Options = {}, address = home) =>
  all(await pagesSource({ page: address, cwd: '/', crawl: new Crawl({ web, ...options }) }));
const sitemap = async (web: TestSite, options: Options = {}, address = `${home}sitemap.xml`) =>
  all(await sitemapSource({ sitemap: address, cwd: '/', crawl: new Crawl({ web, ...options }) }));

const urls = (...addresses: string[]) =>
  `<urlset>${addresses.map((address) => `<url><loc>${address}</loc></url>`).join('')}</urlset>`;

const binary = new Uint8Array([0xff, 0xd8, 0xff, 0]);

describe('what a page leads to', () => {
  it('is looked for in pages that stand in it', async () => {
    const inner = '<base href="/deep/"><iframe srcdoc="&lt;img src=c.jpg&gt;"></iframe><img src=b.jpg>';
    const web = site({
      '/dir/': `<iframe srcdoc="&lt;img src=a.jpg&gt;"></iframe><iframe srcdoc="${inner.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`,
    });
    expect(short(await page(web, {}, `${home}dir/`))).toEqual([
      '/dir/a.jpg on /dir/',
      '/deep/b.jpg on /dir/',
      '/deep/c.jpg on /dir/',
    ]);
  });

  it('is no endless number of pages in pages', async () => {
    let html = '<img src=/inmost.jpg>';
    for (let i = 0; i < 8; i++)
      html = `<iframe srcdoc="${html.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
    expect(short(await page(site({ '/': html })))).toEqual(['bad-page /']);
  });

  it('is the page that it sends people on to, on its own site', async () => {
    const on = (to: string) => `<meta http-equiv=refresh content="0;url=${to}">`;
    const web = site({ '/': on('/a'), '/a': `<img src=1.jpg>${on('/')}`, '/self': on('/self') });
    expect(short(await page(web))).toEqual(['/1.jpg on /a']);
    expect(short(await page(web, {}, `${home}self`))).toEqual([]);
    expect(short(await page(site({ '/': on('https://other.example/') })))).toEqual([
      'off-site https://other.example/',
      'only-off-site /',
    ]);
    const chain = site(
      Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`/${i || ''}`, on(`/${i + 1}`)])),
    );
    expect(short(await page(chain))).toEqual(['too-many-redirects /5']);
    expect(chain.asked).toHaveLength(7);
  });

  it('is what is attached: a picture by itself, a page by what it shows', async () => {
    const web = site({
      '/': '<a href="/attachments/1/">a</a><a href="/attachments/2/">b</a><a href="/attachments/gone/">c</a><a href="/attachments/1/">again</a>',
      '/attachments/1/': binary,
      '/attachments/2/': '<img src=/large.jpg><a href="/attachments/3/">next</a>',
      '/attachments/3/': binary,
    });
    expect(short(await page(web))).toEqual([
      '/attachments/1/ on /',
      '/large.jpg on /attachments/2/',
      'http-404 /attachments/gone/',
    ]);
  });

  it('is not seen where a password is asked for', async () => {
    const web = site({
      '/': '<a href="/attachments/1/">a</a>',
      '/attachments/1/': '<form><input name=p type="password"></form><img src=/logo.png>',
    });
    expect(short(await page(web))).toEqual(['not-a-picture /attachments/1/', '/logo.png on /attachments/1/']);
  });

  it('of a local page lies below its folder', async () => {
    const root = tree('site/x.jpg', 'out.html');
    const on = (to: string) => `<meta http-equiv=refresh content="0;url=${to}">`;
    writeFileSync(`${root}/site/index.html`, `${on('real.html')}<a href="attachments/1">a</a>`);
    writeFileSync(`${root}/site/real.html`, `<img src=x.jpg>${on('../out.html')}`);
    const found = await page(site({}), {}, `${root}/site/index.html`);
    expect(found.map(show).map((text) => text.replaceAll(`file://${root}/`, ''))).toEqual([
      'site/attachments/1 on site/index.html',
      'site/x.jpg on site/real.html',
      'outside-folder out.html',
    ]);
  });
});

describe('pictures of a page', () => {
  it('carry the page that shows them, wherever their addresses start from', async () => {
    const web = site({
      '/dir/': '<base href="/up/"><img src=a.jpg#x><img src="//www.site.example/b.jpg"><img src="a.jpg">',
    });
    expect(short(await page(web, {}, `${home}dir/`))).toEqual([
      '/up/a.jpg on /dir/',
      'https://www.site.example/b.jpg on /dir/',
    ]);
  });

  it('of other sites are passed over by name, unless they are listed', async () => {
    const web = site({ '/': '<img src="https://cdn.example/a.jpg"><img src="https://b.cdn.example/b.jpg">' });
    expect(short(await page(web))).toEqual([
      'off-site https://cdn.example/a.jpg',
      'off-site https://b.cdn.example/b.jpg',
      // A site that was not looked at must not pass for one that was.
      'only-off-site /',
    ]);
    const listed = async (...hosts: string[]) =>
      (await page(web, { hosts })).filter((one) => one.kind === 'asset').length;
    expect(await listed('cdn.example')).toBe(1);
    expect(await listed('*.cdn.example')).toBe(1);
    expect(await listed('*')).toBe(2);
    expect(await listed('example')).toBe(0);
  });

  it('of other sites are no less elsewhere for what other pages show, in any order', async () => {
    const web = site({
      '/cdn':
        '<img src="https://cdn.example/a.jpg"><link rel=icon href="data:image/png;base64,aGk="><link rel=stylesheet href=/s.css>',
      '/ok': '<img src=b.jpg><link rel=stylesheet href=/s.css>',
      '/same': '<img src=b.jpg><img src="https://cdn.example/a.jpg">',
      '/text': '<link rel=stylesheet href="https://fonts.example/f.css">',
      '/styled': '<img src="https://cdn.example/a.jpg"><link rel=stylesheet href=/t.css>',
      '/alike': '<img src="https://cdn.example/b.jpg"><link rel=stylesheet href=/t.css>',
      '/s.css': 'p {}',
      '/t.css': 'p { background: url(c.jpg) }',
      '/sitemap.xml': urls(`${home}cdn`, `${home}cdn`, `${home}text`),
    });
    const elsewhere = async (...names: string[]) => {
      const crawl = new Crawl({ web });
      const found: Sourced[] = [];
      for (const name of names)
        found.push(
          ...(name.endsWith('.xml')
            ? await all(await sitemapSource({ sitemap: `${home}${name}`, cwd: '/', crawl }))
            : await all(await pagesSource({ page: `${home}${name}`, cwd: '/', crawl }))),
        );
      return short(found).filter((one) => one.startsWith('only-off-site'));
    };
    expect(await elsewhere('ok', 'cdn')).toEqual(['only-off-site /cdn']);
    expect(await elsewhere('cdn', 'ok')).toEqual(['only-off-site /cdn']);
    // A picture, page or stylesheet that was named before lies here all the same.
    expect(await elsewhere('ok', 'same')).toEqual([]);
    expect(await elsewhere('styled', 'same', 'alike', 'styled')).toEqual([]);
    expect(await elsewhere('ok', 'ok', 'text')).toEqual([]);
    expect(await elsewhere('sitemap.xml')).toEqual(['only-off-site /sitemap.xml']);
    expect(await elsewhere('cdn', 'sitemap.xml')).toEqual([
      'only-off-site /cdn',
      'only-off-site /sitemap.xml',
    ]);
  });

  it('that one page passes over are taken of another, whose site they lie on', async () => {
    const web = site({
      '/': '<img src="https://b.example/a.jpg"><img src=c.jpg>',
      'https://b.example/': '<img src=a.jpg>',
      '/sitemap.xml': urls('https://b.example/', home),
    });
    const crawl = new Crawl({ web });
    const from = async (address: string) =>
      short(await all(await pagesSource({ page: address, cwd: '/', crawl })));
    expect(short(await all(await sitemapSource({ sitemap: `${home}sitemap.xml`, cwd: '/', crawl })))).toEqual(
      ['off-site https://b.example/', 'off-site https://b.example/a.jpg', '/c.jpg on /'],
    );
    expect(await from('https://b.example/')).toEqual(['https://b.example/a.jpg on https://b.example/']);
  });

  it('that stand in the page itself are assets of their own', async () => {
    const web = site({
      '/': '<img src="data:image/png;base64,aGk="><img src="data:text/css,x"><img src="data:image/gif,yo"><img src="data:image/png;base64,aGk=">',
    });
    expect(await page(web)).toEqual([
      { kind: 'asset', ref: { uri: `${home}#data-1`, page: home, inline: 'aGk=' } },
      { kind: 'asset', ref: { uri: `${home}#data-2`, page: home, inline: 'eW8=' } },
    ]);
  });

  it('in stylesheets are found, also in those that these import', async () => {
    const web = site({
      '/': '<link rel=stylesheet href=/css/a.css><link rel=stylesheet href=https://cdn.example/no.css>',
      '/css/a.css': '@import "b.css"; a { background: url(a.png) }',
      '/css/b.css': '@import "a.css"; b { background: url(../b.png) }',
    });
    expect(short(await page(web))).toEqual([
      '/css/a.png on /',
      '/b.png on /',
      'off-site https://cdn.example/no.css',
    ]);
    expect(web.asked).not.toContain('https://cdn.example/no.css');
  });

  it('in stylesheets beyond the limit are left out with a word', async () => {
    const links = (count: number) =>
      Array.from({ length: count }, (_, i) => `<link rel=stylesheet href=/${i}.css>`).join('');
    const sheets = Object.fromEntries(
      Array.from({ length: 60 }, (_, i) => [`/${i}.css`, `a { background: url(${i}.png) }`]),
    );
    const most = short(await page(site({ '/': links(50), ...sheets })));
    expect(most).toHaveLength(50);
    expect(most.at(-1)).toBe('/49.png on /');
    expect(short(await page(site({ '/': links(60), ...sheets })))).toEqual([...most, 'style-limit /']);
    const deep = site({
      '/': '<link rel=stylesheet href=/0.css>',
      ...Object.fromEntries(
        [0, 1, 2, 3, 4, 5].map((i) => [`/${i}.css`, `@import "${i + 1}.css"; @import "${i + 2}.css"`]),
      ),
      '/3.css': '@import "x.css"; @import "y.css"; a { background: url(3.png) }',
    });
    expect(short(await page(deep))).toEqual(['/3.png on /', 'style-limit /']);
  });

  it('are not asked of anything but http(s), and never with a password', async () => {
    const web = site({
      '/': '<img src="file:///etc/passwd"><img src="ftp://site.example/x"><img src="javascript:x"><img src="https://u:s3cret@site.example/a.jpg"><link rel=stylesheet href="https://u:s3cret@site.example/a.css">',
    });
    const found = await page(web);
    expect(short(found)).toEqual(['url-credentials /', 'url-credentials /']);
    expect(JSON.stringify(found)).not.toContain('s3cret');
  });

  it('are counted, and an endless page is left with a word', async () => {
    const web = site({ '/': Array.from({ length: 6000 }, (_, i) => `<img src=${i}.jpg>`).join('') });
    const found = short(await page(web));
    expect(found).toHaveLength(5001);
    expect(found.at(-1)).toBe('image-limit /');
  });

  it('are left with a word where a page names addresses without end', async () => {
    const same = Array.from({ length: 30_000 }, (_, i) => `a.jpg#${i} 1x`).join(',');
    const web = site({ '/': `<img srcset="${same}">`, '/same': '<img src=b.jpg>'.repeat(30_000) });
    expect(short(await page(web))).toEqual(['/a.jpg on /', 'image-limit /']);
    expect(short(await page(web, {}, `${home}same`))).toEqual(['/b.jpg on /same']);
  });

  it('of a page that is a picture are that picture', async () => {
    const web = site({ '/': Buffer.from('\xff\xd8\xff\xe0\0\x10JFIF', 'latin1') });
    expect(short(await page(web))).toEqual(['/']);
  });

  it('of a page in UTF-16 are found', async () => {
    const web = site({
      '/': Buffer.concat([Buffer.from('\xff\xfe', 'latin1'), Buffer.from('<img src=a.jpg>', 'utf16le')]),
    });
    expect(short(await page(web))).toEqual(['/a.jpg on /']);
  });
});

describe('what browsers show', () => {
  it.each([
    ['<meta charset="utf-16"><img src=a.jpg>'],
    ['<meta http-equiv=content-type content="text/html; charset=UCS-2"><img src=a.jpg>'],
    ['<meta charset="no-such"><img src=a.jpg>'],
    ['<base href="data:,x"><img src=a.jpg>'],
    ['<base href="javascript:0"><img src=a.jpg>'],
    ['<base href="http://["><img src=a.jpg>'],
    ['<p><![CDATA[ x > <img src=a.jpg>'],
    ['<p><![CDATA[ <!-- > <img src=a.jpg> ]]>'],
    ['<p><![CDATA[ <img src=no.jpg> ]]><img src=a.jpg>'],
    ['<object data=a.jpg></object>'],
  ])('%s is seen', async (html) => {
    expect(short(await page(site({ '/': html })))).toEqual(['/a.jpg on /']);
  });

  it('is seen whatever its address is like', async () => {
    const web = site({ '/': '<object data="/pic/17"></object><embed src="/pic/18">' });
    expect(short(await page(web))).toEqual(['/pic/17 on /', '/pic/18 on /']);
  });

  it('is read in the encoding that the page names', async () => {
    const web = site({ '/': Buffer.from('<meta charset=iso-8859-1><img src="\xe4.jpg">', 'latin1') });
    expect(short(await page(web))).toEqual(['/%C3%A4.jpg on /']);
  });
});

describe('a page that cannot be had', () => {
  it('is a problem that names it', async () => {
    expect(short(await page(site({})))).toEqual(['http-404 /']);
    expect(short(await page(site({ '/': 'x'.repeat(10_000_001) })))).toEqual(['too-large /']);
  });

  it('is a problem where it leads to another site, and starts from where it leads on its own', async () => {
    const away = site({
      '/': { moved: 'https://other.example/' },
      'https://other.example/': '<img src=a.jpg>',
    });
    expect(short(await page(away))).toEqual(['redirected-off-site /']);
    expect(short(await page(away, { hosts: ['other.example'] }))).toEqual([
      'https://other.example/a.jpg on https://other.example/',
    ]);
    const on = site({ '/': { moved: `${home}de/` }, '/de/': '<img src=a.jpg>' });
    expect(short(await page(on))).toEqual(['/de/a.jpg on /de/']);
  });

  it('is a usage error where it is neither an address nor a file', async () => {
    for (const name of ['/no/such.html', 'https://u:p@site.example/', '/'])
      await expect(
        pagesSource({ page: name, cwd: '/', crawl: new Crawl({ web: site({}) }) }),
      ).rejects.toThrow(UsageError);
  });
});

describe('a page or stylesheet that no parser can read', () => {
  it('costs itself, and not the run', async () => {
    const garbage = '"\n'.repeat(20_000);
    const web = site({
      '/sitemap.xml': urls(`${home}one`, `${home}two`, `${home}three`),
      '/one': `<style>${garbage}</style>`,
      '/two': '<link rel=stylesheet href=/s.css><img src=a.jpg>',
      '/three': '<img src=b.jpg>',
      '/s.css': garbage,
    });
    const found = await sitemap(web);
    expect(short(found)).toEqual(['bad-page /one', '/a.jpg on /two', 'bad-page /s.css', '/b.jpg on /three']);
    expect(found[0]).toMatchObject({ stage: 'source', message: expect.stringMatching(/CSS/) });
  });
});

describe('robots.txt', () => {
  const rules = 'User-agent: *\nDisallow: /private/\nCrawl-delay: 2\n';
  const pages = { '/': '<img src=/private/a.jpg><img src=/b.jpg>', '/private/': '<img src=/c.jpg>' };

  it('is honoured for pages and pictures, and its pause is kept', async () => {
    const web = site({ ...pages, '/robots.txt': rules });
    expect(short(await page(web))).toEqual(['robots /private/a.jpg', '/b.jpg on /']);
    expect(short(await page(web, {}, `${home}private/`))).toEqual(['robots /private/']);
    expect(web.paces).toEqual({ 'site.example': 2000 });
    expect(web.asked.filter((url) => url.endsWith('/private/'))).toEqual([]);
  });

  it('that names this program counts before what it says to all', async () => {
    const web = site({ ...pages, '/robots.txt': `${rules}\nUser-agent: hashsieve\nDisallow: /b.jpg\n` });
    expect(short(await page(web))).toEqual(['/private/a.jpg on /', 'robots /b.jpg']);
  });

  it('that cannot be read forbids everything, and one that is not there nothing', async () => {
    expect(short(await page(site({ ...pages, '/robots.txt': { code: 'http-503' } })))).toEqual(['robots /']);
    expect(short(await page(site({ ...pages, '/robots.txt': { code: 'http-403' } })))).toHaveLength(2);
  });

  it('is asked of every host once', async () => {
    const web = site({
      '/': '<img src=a.jpg><img src=https://cdn.example/b.jpg><img src=https://cdn.example/c.jpg>',
      'https://cdn.example/robots.txt': 'User-agent: *\nDisallow: /c',
    });
    expect(short(await page(web, { hosts: ['cdn.example'] }))).toEqual([
      '/a.jpg on /',
      'https://cdn.example/b.jpg on /',
      'robots https://cdn.example/c.jpg',
    ]);
    expect(web.asked.filter((url) => url.endsWith('robots.txt'))).toHaveLength(2);
  });

  it('is passed over on request', async () => {
    const web = site({ ...pages, '/robots.txt': rules });
    expect(short(await page(web, { robots: false }))).toEqual(['/private/a.jpg on /', '/b.jpg on /']);
    expect(web.asked).toEqual([home]);
  });
});

describe('an HTML file', () => {
  it('leads to files below its own folder, and to listed hosts', async () => {
    const root = tree('site/page_files/a b.jpg', 'secret.jpg');
    writeFileSync(
      `${root}/site/page.html`,
      '<img src="page_files/a b.jpg?x=1"><img src="../secret.jpg"><img src="..%2Fsecret.jpg"><img src="%2e%2e/secret.jpg">' +
        '<img src="/etc/passwd"><img src="file://host/x"><img src="page_files%5cx.jpg">' +
        '<img src="https://a.example/x.jpg"><img src="https://b.example/y.jpg">',
    );
    const crawl = new Crawl({ web: site({}), hosts: ['a.example'] });
    const found = await all(await pagesSource({ page: 'site/page.html', cwd: root, crawl }));
    const own = `file://${root}/site`;
    expect(found.map(show)).toEqual([
      `${own}/page_files/a%20b.jpg on ${own}/page.html`,
      // What it names elsewhere is not read, and not passed over in silence.
      `outside-folder file://${root}/secret.jpg`,
      'outside-folder file:///etc/passwd',
      'outside-folder file://host/x',
      `outside-folder ${own}/page_files%5Cx.jpg`,
      `https://a.example/x.jpg on ${own}/page.html`,
      'off-site https://b.example/y.jpg',
    ]);
  });

  it('leads to its stylesheets below its own folder', async () => {
    const root = tree('site/files/a.css', 'no.css');
    writeFileSync(
      `${root}/site/page.html`,
      '<link rel=stylesheet href=files/a.css><link rel=stylesheet href=../no.css><link rel=stylesheet href=files>',
    );
    writeFileSync(
      `${root}/site/files/a.css`,
      '@import "gone.css"; a { background: url(b.png) } b { background: url(../../c.png) }',
    );
    const crawl = new Crawl({ web: site({}) });
    const found = await all(await pagesSource({ page: 'site/page.html', cwd: root, crawl }));
    const own = `file://${root}/site`;
    expect(found.map(show)).toEqual([
      `${own}/files/b.png on ${own}/page.html`,
      `outside-folder file://${root}/c.png`,
      `outside-folder file://${root}/no.css`,
      `not-a-file ${own}/files`,
    ]);
  });
});

describe('a sitemap', () => {
  const pictures = { '/one': '<img src=a.jpg>', '/two': '<img src=a.jpg><img src=b.jpg>' };

  it('leads to its pages and their pictures, each once', async () => {
    const web = site({ ...pictures, '/sitemap.xml': urls(`${home}one`, `${home}two`, `${home}one`) });
    expect(short(await sitemap(web))).toEqual(['/a.jpg on /one', '/b.jpg on /two']);
  });

  it('names pictures itself, with their page', async () => {
    const xml = `<?xml version="1.0"?><s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
      <s:url><s:loc>${home}one</s:loc><image:image><image:loc><![CDATA[${home}x.jpg?a&b]]></image:loc></image:image></s:url>
      <s:url><s:loc> ${home}full/y.png </s:loc></s:url></s:urlset>`;
    const png = { type: 'image/png', body: 'y' };
    const found = short(await sitemap(site({ ...pictures, '/full/y.png': png, '/sitemap.xml': xml })));
    expect(found).toEqual(['/a.jpg on /one', '/x.jpg?a&b on /one', '/full/y.png']);
  });

  it('leads to pages that are named like pictures, and to pictures that are', async () => {
    const web = site({
      '/sitemap.xml': urls(`${home}wiki/File:A.jpg`, `${home}b.jpg`, `${home}large.jpg`, `${home}large`),
      '/wiki/File:A.jpg': { type: 'text/html', body: '<img src=/a.jpg>' },
      '/b.jpg': { type: 'image/jpeg', body: 'not looked at' },
      '/large.jpg': Buffer.alloc(10_000_001, 'x'),
      '/large': Buffer.alloc(10_000_001, 'x'),
    });
    const found = ['/a.jpg on /wiki/File:A.jpg', '/b.jpg', '/large.jpg', 'too-large /large'];
    expect(short(await sitemap(web))).toEqual(found);
    // Pictures do not count as pages.
    expect(short(await sitemap(web, { maxPages: 2 }))).toEqual(found);
  });

  it.each([
    ['a PDF document', { type: 'application/pdf', body: '%PDF-1.4\n<< >>' }],
    ['a PDF document without a type', '%PDF-1.4\n% <img src=a.jpg>'],
    ['a PDF document that is called text', { type: 'text/plain', body: '\n%PDF-1.4' }],
    ['an archive', { type: 'application/zip', body: 'PK' }],
    ['what is called bytes', { type: 'application/octet-stream', body: 'GIF' }],
  ])('names %s: it is scanned as it is', async (_what, content) => {
    const web = site({ '/sitemap.xml': urls(`${home}file`), '/file': content });
    expect(short(await sitemap(web))).toEqual(['/file']);
  });

  it.each([
    ['of XHTML', { type: 'application/xhtml+xml; charset=utf-8', body: '<img src="a.jpg"/>' }],
    ['of any text', { type: 'Text/HTML', body: 'sorry <img src=a.jpg>' }],
    ['with zero bytes', { type: 'text/html', body: '\n<p>\0<img src=a.jpg>' }],
    ['that tells of PDF', '<!doctype html><p>%PDF-1.4<img src=a.jpg>'],
  ])('names a page %s: it is read', async (_what, content) => {
    const web = site({ '/sitemap.xml': urls(`${home}file`), '/file': content });
    expect(short(await sitemap(web))).toEqual(['/a.jpg on /file']);
  });

  it('may be an index, gzip, or plain text', async () => {
    const index = `<sitemapindex><sitemap><loc>${home}a.xml.gz</loc></sitemap><sitemap><loc>${home}b.txt</loc></sitemap><sitemap><loc>${home}gone.xml</loc></sitemap></sitemapindex>`;
    const web = site({
      ...pictures,
      '/sitemap.xml': index,
      '/a.xml.gz': gzipSync(urls(`${home}one`)),
      '/b.txt': `${home}two\r\n`,
    });
    expect(short(await sitemap(web))).toEqual(['/a.jpg on /one', '/b.jpg on /two', 'http-404 /gone.xml']);
  });

  it('stays on its site', async () => {
    const index = `<sitemapindex><sitemap><loc>https://other.example/s.xml</loc></sitemap></sitemapindex>`;
    expect(short(await sitemap(site({ '/sitemap.xml': index })))).toEqual([
      'off-site https://other.example/s.xml',
      'only-off-site /sitemap.xml',
    ]);
    expect(short(await sitemap(site({ '/sitemap.xml': urls('https://other.example/') })))).toEqual([
      'off-site https://other.example/',
      'only-off-site /sitemap.xml',
    ]);
  });

  it('ends where it leads to itself, however deep', async () => {
    const index = (to: string) => `<sitemapindex><sitemap><loc>${home}${to}</loc></sitemap></sitemapindex>`;
    const web = site({ '/sitemap.xml': index('2.xml'), '/2.xml': index('sitemap.xml') });
    expect(await sitemap(web)).toEqual([]);
    const deep = site(
      Object.fromEntries(
        ['sitemap', '1', '2', '3', '4'].map((name, i) => [`/${name}.xml`, index(`${i + 1}.xml`)]),
      ),
    );
    expect(short(await sitemap(deep))).toEqual(['bad-sitemap /4.xml']);
  });

  it('in a file belongs to the site of its first address', async () => {
    const root = tree();
    writeFileSync(`${root}/s.xml`, urls(`${home}one`, 'https://other.example/'));
    const crawl = new Crawl({ web: site(pictures) });
    const found = await all(await sitemapSource({ sitemap: 's.xml', cwd: root, crawl }));
    expect(short(found)).toEqual(['/a.jpg on /one', 'off-site https://other.example/']);
  });

  it.each([
    [
      'entities that grow',
      `<!DOCTYPE x [<!ENTITY a "${'a'.repeat(99)}"><!ENTITY b "&a;&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>`,
      /document type/,
    ],
    ['a gzip bomb', gzipSync(Buffer.alloc(60_000_000, 'a')), /when unpacked/],
    ['cut gzip', gzipSync(urls(`${home}one`)).subarray(0, 30), /damaged/],
    ['no XML', '<urlset><url><loc>', /no XML/],
    ['a page', '<html><body>sorry</body></html>', /no sitemap/],
    ['text', 'sorry', /neither/],
    ['deep elements', `<urlset>${'<a>'.repeat(100_000)}`, /nested/],
    ['an endless address', `<urlset><url><loc>${home}${'a'.repeat(9000)}</loc></url></urlset>`, /too long/],
  ])('of %s is refused', async (_what, content, message) => {
    const found = await sitemap(site({ '/sitemap.xml': content }));
    expect(found).toMatchObject([
      { stage: 'source', code: 'bad-sitemap', message: expect.stringMatching(message) },
    ]);
  });

  it('that breaks off keeps what it named before', async () => {
    const xml = `${urls(`${home}one`).replace('</urlset>', '')}<url>`;
    expect(short(await sitemap(site({ ...pictures, '/sitemap.xml': xml })))).toEqual([
      '/a.jpg on /one',
      'bad-sitemap /sitemap.xml',
    ]);
  });

  it('of more pages than the limit says so once', async () => {
    const web = site({ ...pictures, '/sitemap.xml': urls(`${home}one`, `${home}two`, `${home}three`) });
    expect(short(await sitemap(web, { maxPages: 1 }))).toEqual(['/a.jpg on /one', 'page-limit /two']);
  });

  it('ends when it is aborted on the way', async () => {
    const controller = new AbortController();
    const web = site({ ...pictures, '/sitemap.xml': urls(`${home}one`, `${home}two`) });
    const source = await sitemapSource({
      sitemap: `${home}sitemap.xml`,
      cwd: '/',
      crawl: new Crawl({ web }),
    });
    const found: Sourced[] = [];
    for await (const one of source.list(controller.signal)) {
      found.push(one);
      controller.abort();
    }
    expect(found).toHaveLength(1);
  });
});
