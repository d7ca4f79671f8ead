import { describe, expect, it } from 'vitest';
import { cssLinks } from '../../src/sources/css-images.js';
import { dataUriBytes } from '../../src/sources/data-uri.js';
import { htmlLinks, srcsetLinks } from '../../src/sources/html-images.js';

describe('a page', () => {
  it.each([
    ['<img src=a.jpg alt="x">', ['a.jpg']],
    ['<IMG SRC="a&amp;b.jpg">', ['a&b.jpg']],
    ['<img src="a.jpg" srcset="b.jpg 1x, c.jpg 2x">', ['a.jpg', 'b.jpg', 'c.jpg']],
    [
      '<picture><source srcset="a.avif 480w,b.avif 800w" type=image/avif><img src=c.jpg></picture>',
      ['a.avif', 'b.avif', 'c.jpg'],
    ],
    ['<img data-src="late.jpg" data-srcset="later.jpg 2x">', ['late.jpg', 'later.jpg']],
    ['<div style="background: url(a.png), url(\'b.png\')">', ['a.png', 'b.png']],
    ['<style>body { background-image: url("x y.png") }</style>', ['x y.png']],
    ['<meta property="og:image" content="o.jpg"><meta name=twitter:image content=t.jpg>', ['o.jpg', 't.jpg']],
    ['<meta property="og:title" content="no.jpg">', []],
    ['<svg><image href="s.png"/><image xlink:href="t.png"/></svg>', ['s.png', 't.png']],
    ['<a href="/full/a.JPG?w=1#x">big</a><a href="/about">no</a>', ['/full/a.JPG?w=1#x']],
    ['<video poster=p.jpg src=v.mp4><source src=w.webm></video>', ['v.mp4', 'p.jpg', 'w.webm']],
    ['<input type=image src=i.png><body background=b.png><td background=t.png>', ['i.png', 'b.png', 't.png']],
    [
      '<link rel="shortcut icon" href=f.ico><link rel=preload as=image href=p.jpg imagesrcset="q.jpg 2x">',
      ['f.ico', 'p.jpg', 'q.jpg'],
    ],
    ['<object data=o.gif type=image/gif></object><embed src=e.png>', ['o.gif', 'e.png']],
    ['<noscript><img src=n.jpg></noscript><template><img src=t.jpg></template>', ['n.jpg', 't.jpg']],
    ['<img src="data:image/png;base64,AA==">', ['data:image/png;base64,AA==']],
    ['<!-- <img src=no.jpg> --><script>"<img src=no.jpg>"</script>', []],
    ['<img src=""><img src="  "><img>', []],
    ['<p>unclosed <img src=a.jpg', []],
    ['no page at all', []],
    // Names that every object has are elements and attributes like others.
    ['<constructor><img src=a.jpg><toString valueOf=x><__proto__ __proto__=x>', ['a.jpg']],
    ['<img src=a.jpg><img src=a.jpg><img src=b.jpg>', ['a.jpg', 'b.jpg']],
    // SVG: names in any case, `/>`, sections; what ends it, and what HTML it may hold.
    ['<svg><feImage href="f.png"/><image HREF="g.png"/></svg>', ['f.png', 'g.png']],
    ['<svg><style/><script/><image href=a.png></svg>', ['a.png']],
    ['<svg><style><![CDATA[ a > b { fill: url(a.png) } ]]></style></svg>', ['a.png']],
    ['<svg><title><img src=a.jpg></title><path></svg><img src=b.jpg>', ['a.jpg', 'b.jpg']],
    ['<div><svg><g></div><script>"<!--"</script><img src=a.jpg>', ['a.jpg']],
    ['<svg><p><script>"<!--"</script><img src=a.jpg>', ['a.jpg']],
    ['<style>a{b:url(a.png)}', ['a.png']],
    // What scripts and AMP load, late or large.
    ['<amp-img src=a/1 srcset="b/2 2x"></amp-img><amp-anim src=c/3>', ['a/1', 'b/2', 'c/3']],
    ['<my-photo src=a.jpg poster=b.png></my-photo><my-part src=part.html>', ['a.jpg', 'b.png']],
    ['<div data-background-image="/bg/1" data-bg="url(\'/bg/2\')">', ['/bg/1', '/bg/2']],
    [
      '<a href="#" data-full="/f/1" data-thumb="/t/1" data-large_image="/l/1" data-zoom-image="/z/1">',
      ['/f/1', '/t/1', '/l/1', '/z/1'],
    ],
    [
      '<img data-orig-file="/o?id=1" data-large-file="/l?id=1" data-lazy-src=late>',
      ['/o?id=1', '/l?id=1', 'late'],
    ],
    [
      '<div data-anything="/x/y.jpg" data-gallery=\'[{"src":"\\/g\\/1.jpg","w":1},{"src":"/g/2.webp"}]\'>',
      ['/x/y.jpg', '/g/1.jpg', '/g/2.webp'],
    ],
    ['<div data-lazy-srcset="a/1 1x, a/2 2x" data-bgsrcset="b/1 1x">', ['a/1', 'a/2', 'b/1']],
    [
      '<div data-full=true data-thumb=12 data-image-id=5 data-title="holiday.jpg" data-src=false data-photo="#x" data-url=/page>',
      [],
    ],
    ['<iframe data-src="/player"></iframe><script data-src=/late></script>', []],
    ['<input src=/typed>', []],
    [
      `<script type="application/ld+json">{"@type":"Article","image":["/j/1",{"@type":"ImageObject","url":"/j/2"}],
        "publisher":{"logo":{"url":"/j/3"}},"video":{"@type":"VideoObject","contentUrl":"/v/4","url":"/watch"},
        "name":"holiday.jpg","url":"/page"}</script>`,
      ['/watch', '/v/4', '/j/3', '/j/2', '/j/1'],
    ],
    ['<script type=application/ld+json>{"broken": "/a/b.jpg", </script>', ['/a/b.jpg']],
    ['<script>{"image": "/no"}</script><script type=text/x-other>{"image": "/no"}</script>', []],
  ])('%j names what it shows', (html, images) => {
    expect(htmlLinks(html).images).toEqual(images);
  });

  it.each([
    ['/board/attachment.php?attachmentid=12', ''],
    ['/attachments/photo-jpg.12/', ''],
    ['./download/file.php?id=4&mode=view', ''],
    ['/index.php?action=dlattach;topic=1.0;attach=5;image', ''],
    ['/uploads/short-url/abc', ''],
    ['/?attachment_id=7', ''],
    ['/files/9', 'download'],
    ['/files/9', 'rel="attachment wp-att-7"'],
    ['/large/9', 'rel="lightbox[album]"'],
    ['/large/9', 'data-fancybox="album"'],
    ['/large/9', 'class="thumb glightbox"'],
    ['/wiki/File:Photo.jpg', ''],
  ])('names what is attached: %s %s', (href, more) => {
    const { images, attachments } = htmlLinks(`<a href="${href}" ${more}>x</a>`);
    expect({ images, attachments }).toEqual({ images: [], attachments: [href] });
  });

  it.each([
    '/about',
    '#top',
    'javascript:void(0)',
    'mailto:a@b.example',
    '/attached-house',
    '/tag/attacher',
    '',
  ])('names no other link: %s', (href) => {
    expect(htmlLinks(`<a href="${href}" class="nav link">x</a>`).attachments).toBeUndefined();
  });

  it('names what may be a page as well as a picture', () => {
    const page =
      '<embed src=/player.html><object data=/thing type=text/html></object><meta property=og:video content=/watch>';
    expect(htmlLinks(page)).toEqual({
      images: [],
      stylesheets: [],
      attachments: ['/player.html', '/thing', '/watch'],
    });
  });

  it.each([
    ['0;url=/next', '/next'],
    ['5; URL = "/quoted?a;b"', '/quoted?a;b'],
    ["0; url='/single'", '/single'],
    ['0, /bare', '/bare'],
    ['30', undefined],
    ['0;', undefined],
  ])('names where it sends people on: %s', (content, refresh) => {
    const page = `<meta http-equiv="Refresh" content="${content.replaceAll('"', '&quot;')}">`;
    expect(htmlLinks(page).refresh).toBe(refresh);
  });

  it('names the pages that stand in it', () => {
    expect(htmlLinks('<iframe srcdoc="&lt;img src=a.jpg&gt;" src=b.html>')).toEqual({
      images: [],
      stylesheets: [],
      frames: ['<img src=a.jpg>'],
    });
  });

  it('names its stylesheets and its base', () => {
    const page =
      '<base href="/b/"><base href=no><link rel="alternate stylesheet" href=a.css><style>@import "b.css"; @import url(c.css);</style>';
    expect(htmlLinks(page)).toEqual({ images: [], stylesheets: ['a.css', 'b.css', 'c.css'], base: '/b/' });
  });
});

describe('a page of any size', () => {
  it('is read to its end, however many addresses stand in one place', () => {
    const many = Array.from({ length: 150_000 }, (_, i) => `${i}.jpg`);
    const set = `<img srcset="${many.join(' 1x,')}">`;
    expect(htmlLinks(set).images).toHaveLength(150_000);
    expect(htmlLinks(set, 100).images).toHaveLength(101);
    const style = `<style>a{b:url(${many.join(')}a{b:url(')})}</style>`;
    expect(htmlLinks(style).images).toHaveLength(150_000);
  });

  it('is read in time, however deep its elements and whatever its CSS', () => {
    // Where a step takes longer the deeper it is, these take minutes.
    const deep = (open: string, close: string) =>
      `${open.repeat(200_000)}${close.repeat(200_000)}<img src=a.jpg>`;
    expect(htmlLinks(deep('<b>', '</i>')).images).toEqual(['a.jpg']);
    expect(htmlLinks(deep('<b>', '</b>')).images).toEqual(['a.jpg']);
    expect(htmlLinks(deep('<svg>', '</i>')).images).toEqual(['a.jpg']);
    expect(() => htmlLinks(`<style>${'"\n'.repeat(20_000)}</style>`)).toThrow(/errors in its CSS/);
  });
});

describe('a srcset', () => {
  it.each([
    ['a.jpg', ['a.jpg']],
    [' a.jpg 1x,b,c.jpg 2x ', ['a.jpg', 'b,c.jpg']],
    ['a.jpg, b.jpg 100w', ['a.jpg', 'b.jpg']],
    ['a.jpg (x, y) 1x, b.jpg', ['a.jpg', 'b.jpg']],
    ['data:image/png;base64,AA== 1x, b.jpg 2x', ['data:image/png;base64,AA==', 'b.jpg']],
    [',,a.jpg,,', ['a.jpg']],
    ['', []],
    ['a.jpg (, b.jpg', ['a.jpg']],
  ])('%j is taken apart as browsers do', (text, links) => {
    expect(srcsetLinks(text)).toEqual(links);
  });

  it('is read in time whatever it holds', () => {
    expect(srcsetLinks('( '.repeat(50_000))).toHaveLength(1);
    expect(srcsetLinks(`a ${'(a)'.repeat(50_000)}`)).toEqual(['a']);
  });
});

describe('CSS', () => {
  it.each([
    ['a{background:url(x.png)}', { images: ['x.png'], imports: [] }],
    ["a{background:URL( 'x\\)y.png' )}", { images: ['x)y.png'], imports: [] }],
    ['a{background:image-set("a.png" 1x, url(b.png) 2x)}', { images: ['a.png', 'b.png'], imports: [] }],
    ['@import "a.css" screen; @import url(b.css);', { images: [], imports: ['a.css', 'b.css'] }],
    ['@font-face{src:url(f.woff2) format("woff2")}', { images: [], imports: [] }],
    ['a{content:"no.png"} /* url(no.png) */', { images: [], imports: [] }],
    ['}}}} url(x.png', { images: ['x.png'], imports: [] }],
    ['', { images: [], imports: [] }],
  ])('%j names its pictures', (css, links) => {
    expect(cssLinks(css)).toEqual(links);
  });
});

describe('a data: URI', () => {
  it.each([
    ['data:image/png;base64,aGk=', 'hi'],
    ['data:image/svg+xml;charset=utf-8,%3Csvg%3E', '<svg>'],
    ['data:image/gif;BASE64,aGk%3D', 'hi'],
    ['data:,hi', 'hi'],
    ['data:text/plain,hi', undefined],
    ['data:font/woff2;base64,aGk=', undefined],
    ['data:image/png;base64,', undefined],
    ['data:image/png', undefined],
  ])('%s', (uri, text) => {
    expect(dataUriBytes(uri)?.toString()).toBe(text);
  });
});
