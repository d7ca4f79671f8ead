import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/containers/pdf-layout.js';
import type { loadList } from '../../src/index.js';
import { draw, drawPixels } from '../support/draw.js';
import { endOf, listOf, resultsInside } from '../support/inside.js';
import { flate, type PdfImage, pdfPage } from '../support/pdf.js';

const [width, height] = [320, 240];
let lists: Awaited<ReturnType<typeof loadList>>['list'][];
beforeAll(async () => {
  lists = [await listOf(await draw(1, width, height).png().toBuffer())];
});

const ends = async (document: Uint8Array): Promise<Record<string, string>> => {
  const results = await resultsInside('a.pdf', document, { lists, views: 'basic' });
  return Object.fromEntries(results.map((result) => [result.ref.member ?? 'a.pdf', endOf(result)]));
};

/** The picture in pieces, from the top left row by row. */
async function pieces(columns: number, rows: number): Promise<PdfImage[]> {
  const [w, h] = [width / columns, height / rows];
  const cut = async (left: number, top: number) =>
    flate(await draw(1, width, height).extract({ left, top, width: w, height: h }).raw().toBuffer(), w, h);
  const all: Promise<PdfImage>[] = [];
  for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) all.push(cut(x * w, y * h));
  return Promise.all(all);
}

/** The same pieces side by side in this box of the page, from its bottom left. */
function laid(columns: number, rows: number, [left, bottom, w, h]: readonly number[]): string {
  const cells = Array.from({ length: columns * rows }, (_, i) => {
    const x = left! + ((i % columns) * w!) / columns;
    const y = bottom! + ((rows - 1 - Math.floor(i / columns)) * h!) / rows;
    return `q ${w! / columns} 0 0 ${h! / rows} ${x} ${y} cm /I${i} Do Q`;
  });
  return cells.join('\n');
}

const text = 'BT /F 12 Tf 20 280 Td (A page of text with a line below) Tj ET 20 275 360 0.5 re f';

describe('a page of a PDF document', () => {
  it('whose picture is cut into strips is looked at as people see it, besides its strips', async () => {
    const found = await ends(pdfPage(laid(1, 16, [0, 0, 400, 300]), await pieces(1, 16)));
    expect(found).toMatchObject({ 'page-1': 'matched', 'a.pdf': 'clear' });
    expect(Object.keys(found)).toHaveLength(18);
  });

  it.each(['', '/Rotate 90', '/CropBox [10 20 390 290]', '/MediaBox [-50 -60 350 300]'])(
    'gives what tiles on a part of it cover, too %s',
    async (entries) => {
      const contents = `${text} ${laid(4, 3, [100, 60, 160, 120])}`;
      const turned = sharp(await draw(1, width, height).png().toBuffer()).rotate(
        /Rotate/.test(entries) ? 90 : 0,
      );
      lists = [await listOf(await turned.png().toBuffer())];
      const found = await ends(pdfPage(contents, await pieces(4, 3), entries));
      expect(found).toMatchObject({ 'page-1-area-1': 'matched' });
      lists = [await listOf(await draw(1, width, height).png().toBuffer())];
    },
  );

  it('that draws a picture is looked at', async () => {
    const [columns, rows] = [80, 60];
    const pixels = await draw(1, width, height).resize(columns, rows).raw().toBuffer();
    const cells = Array.from({ length: columns * rows }, (_, i) => {
      const colour = [0, 1, 2].map((c) => (pixels[i * 3 + c]! / 255).toFixed(3)).join(' ');
      return `${colour} rg ${(i % columns) * 5} ${295 - Math.floor(i / columns) * 5} 5 5 re f`;
    });
    expect(await ends(pdfPage(cells.join('\n')))).toEqual({ 'page-1': 'matched', 'a.pdf': 'clear' });
  });

  it('of a mask, which is a picture of one colour, is looked at', async () => {
    const bits = await draw(1, width, height)
      .greyscale()
      .threshold(128)
      .toColourspace('b-w')
      .raw()
      .toBuffer();
    const packed = Buffer.alloc((width / 8) * height);
    bits.forEach((level, i) => {
      if (level > 0) packed[i >> 3]! |= 128 >> (i & 7);
    });
    const mask: PdfImage = { width, height, bytes: packed, entries: '/ImageMask true /BitsPerComponent 1' };
    const shown = sharp(bits, { raw: { width, height, channels: 1 } });
    lists = [await listOf(await shown.png().toBuffer())];
    expect(await ends(pdfPage('400 0 0 300 0 0 cm /I0 Do', [mask]))).toMatchObject({ 'page-1': 'matched' });
    lists = [await listOf(await draw(1, width, height).png().toBuffer())];
  });

  it('of text and one picture is not drawn: the picture has its own result', async () => {
    const one = flate(drawPixels(1, width, height), width, height);
    expect(await ends(pdfPage(`${text} q 200 0 0 150 50 50 cm /I0 Do Q`, [one]))).toEqual({
      'image-1': 'matched',
      'a.pdf': 'clear',
    });
    expect(await ends(pdfPage(text))).toEqual({ 'a.pdf': 'clear' });
  });
});

describe('the layout of a page', () => {
  const names = { 1: 'save', 2: 'restore', 3: 'transform', 4: 'paintImageXObject' };
  const painted = (...places: readonly (readonly number[])[]) => ({
    names,
    fnArray: places.flatMap(() => [1, 3, 4, 2]),
    argsArray: places.flatMap(([x, y, w, h]) => [null, [w, 0, 0, h, x, y], ['a'], null]),
  });
  const page = [0.01, 0, 0, 0.01, 0, 0] as const;

  it('joins what touches, and what touches that; pictures apart are their own', () => {
    const { isDrawn, joined } = layoutOf(
      painted([0, 0, 20, 20], [60, 60, 10, 10], [41, 0, 20, 20], [21, 0, 20, 20], [80, 80, 9, 9]),
      page,
    );
    expect(isDrawn).toBe(true);
    expect(joined).toHaveLength(1);
    expect(joined[0]!.right).toBeCloseTo(0.61);
    expect(layoutOf(painted([0, 0, 20, 20]), page)).toEqual({ isDrawn: false, joined: [] });
  });

  it('takes no longer for a page of ten thousand pictures', () => {
    const many = Array.from({ length: 10_000 }, (_, i) => [i % 100, Math.floor(i / 100), 1, 1]);
    expect(layoutOf(painted(...many), page)).toEqual({ isDrawn: true, joined: [] });
  });
});
