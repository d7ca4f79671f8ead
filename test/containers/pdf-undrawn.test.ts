import { expect, it, vi } from 'vitest';
import { draw } from '../support/draw.js';
import { endOf, resultsInside } from '../support/inside.js';
import { flate, pdfPage } from '../support/pdf.js';

vi.mock('node:module', async (original) => {
  const real = await original<typeof import('node:module')>();
  const missing = (name: string) => {
    throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' });
  };
  return {
    ...real,
    createRequire: (from: string) => {
      const require = real.createRequire(from);
      const resolve = (name: string) => (name.startsWith('@hyzyla/') ? missing(name) : require.resolve(name));
      return Object.assign((name: string) => require(name), { resolve });
    },
  };
});

it('a document with a page that must be drawn is not looked at whole where nothing can draw it', async () => {
  const strip = flate(await draw(1, 320, 120).raw().toBuffer(), 320, 120);
  const contents = 'q 400 0 0 150 0 0 cm /I0 Do Q q 400 0 0 150 0 150 cm /I1 Do Q';
  const results = await resultsInside('a.pdf', pdfPage(contents, [strip, strip]));
  expect(results.map(({ ref, ...result }) => [ref.member, endOf(result as never)])).toEqual([
    ['image-1', 'clear'],
    ['image-2', 'clear'],
    [undefined, 'skipped decoder-missing'],
  ]);
  expect(results.at(-1)).toMatchObject({ message: expect.stringContaining('npm install @hyzyla/pdfium') });
});
