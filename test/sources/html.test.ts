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
  ])('%j names what it shows', (html, images) => {
    expect(htmlLinks(html).images).toEqual(images);
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
