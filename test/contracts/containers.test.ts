import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { containers, createOpener, insideKinds } from '../../src/containers/index.js';
import { Skip, StageError } from '../../src/core/errors.js';
import type { Inside } from '../../src/core/scan.js';
import { sniff } from '../../src/decoders/index.js';
import { compound } from '../support/compound.js';
import { cpio } from '../support/cpio.js';
import { draw } from '../support/draw.js';
import { withThumbnail } from '../support/exif.js';
import { lz4 } from '../support/lz4.js';
import { mail } from '../support/mail.js';
import { dct, pdf } from '../support/pdf.js';
import { tar } from '../support/tar.js';
import { zip } from '../support/zip.js';

const limits = {
  maxBytes: 10e6,
  maxPixels: 1e6,
  timeoutSeconds: 10,
  maxDepth: 5,
  maxMembers: 100,
  maxRatio: 200,
  freeBytes: 20e6,
  maxTotalBytes: 50e6,
  seconds: 60,
};
const names = Object.keys(containers) as (keyof typeof containers)[];

let samples: Record<keyof typeof containers, Buffer>;
beforeAll(async () => {
  const jpg = await draw(1, 64, 48).jpeg().toBuffer();
  const members = [
    { name: 'a.jpg', bytes: jpg },
    { name: 'b.jpg', bytes: jpg },
  ];
  const base64 = jpg.toString('base64');
  const photo = { type: 'image/jpeg', bytes: jpg, name: 'a.jpg' };
  const oneMail = mail([photo, photo]);
  samples = {
    zip: zip(members),
    tar: await tar(members),
    gzip: gzipSync(await tar(members)),
    sevenZip: cpio(members),
    packed: lz4(await tar(members)),
    compound: compound({ a: jpg, 'b/c': jpg }),
    outlook: compound({
      '__properties_version1.0': jpg.subarray(0, 32),
      '__attach_version1.0_#00000000/__substg1.0_37010102': jpg,
      '__attach_version1.0_#00000001/__substg1.0_37010102': jpg,
    }),
    text: Buffer.from(`<img src="data:image/jpeg;base64,${base64}"><img src="data:;base64,${base64}">`),
    mail: oneMail,
    mbox: Buffer.from(
      `${[1, 2].map(() => `From a@b.example Fri Jul  8 12:08:34 2011\n${oneMail.toString('latin1')}`).join('\n')}`,
      'latin1',
    ),
    thumbnail: withThumbnail(jpg, jpg),
    pdf: pdf([dct(jpg, 64, 48), dct(jpg, 64, 48)]),
    rtf: Buffer.from(`{\\rtf1 {\\pict\\jpegblip ${jpg.toString('hex')}}{\\pict ${jpg.toString('hex')}}}`),
  };
});

/** What is inside, and what ended it; anything but an expected failure is thrown. */
async function look(bytes: Uint8Array, mediaType: string) {
  const opening = createOpener(insideKinds, limits, () => Promise.reject(new Error('not asked for')))(
    { ref: { uri: 'file:///x' }, bytes },
    mediaType,
  )!;
  const inside: Inside[] = [];
  try {
    for await (const one of opening.contents) inside.push(one);
    return { inside, code: undefined };
  } catch (error) {
    if (!(error instanceof StageError || error instanceof Skip)) throw error;
    return { inside, code: error instanceof StageError ? error.code : error.reason };
  }
}

describe.each(names)('%s keeps the container contract', (name) => {
  const codes = [
    undefined,
    'archive-damaged',
    'archive-limit',
    'encrypted',
    'pixel-limit',
    'too-large',
    'not-an-image',
    'unknown-format',
    'unsupported-format',
  ];

  it('finds what is inside, each under a name of its own', async () => {
    const bytes = samples[name];
    expect(containers[name].mediaTypes).toContain(sniff(bytes));
    const { inside, code } = await look(bytes, sniff(bytes));
    // What the streams of an Office file make together is not looked at; a text is no picture itself.
    const ends: Partial<Record<typeof name, string>> = {
      compound: 'unsupported-format',
      text: 'not-an-image',
    };
    expect(code).toBe(ends[name]);
    expect(inside.length).toBe(name === 'thumbnail' ? 1 : 2);
    const places = inside.map(({ member, part }) => member ?? `#${part}`);
    expect(new Set(places).size).toBe(inside.length);
    for (const one of inside) expect(sniff(one.bytes!)).toMatch(/^(image\/(jpeg|png)|message\/rfc822)$/);
  });

  it('ends with an expected failure, or none, whatever is cut or changed', async () => {
    const bytes = samples[name];
    const type = sniff(bytes);
    for (let share = 1; share < 20; share++) {
      const { inside, code } = await look(bytes.subarray(0, (bytes.length * share) / 20), type);
      expect(codes).toContain(code);
      for (const one of inside) expect(one.bytes ?? one.unread).toBeDefined();
    }
    for (let round = 0; round < 40; round++) {
      const changed = Buffer.from(bytes);
      for (let flip = 0; flip < 6; flip++)
        changed[(round * 7919 + flip * 104_729) % changed.length]! ^= 1 << (round % 8);
      expect(codes).toContain((await look(changed, type)).code);
    }
  });

  it('may be left before its end', async () => {
    const bytes = samples[name];
    const opening = createOpener(insideKinds, limits, () => Promise.reject(new Error('not asked for')))(
      { ref: { uri: 'file:///x' }, bytes },
      sniff(bytes),
    )!;
    for await (const _ of opening.contents) break;
  });
});
