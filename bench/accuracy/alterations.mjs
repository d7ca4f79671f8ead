// What people and programs do to pictures that they pass on. Each takes and gives a sharp pipeline's raw RGB picture
// { data, w, h }, or a file of its own format as { file }. The choices are fixed, so that runs can be compared.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

const R = Math.round;
export const of = ({ data, w, h }) => sharp(data, { raw: { width: w, height: h, channels: 3 } });
export const raw = async (pipeline) => {
  const { data, info } = await pipeline
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, w: info.width, h: info.height };
};
const reread = async (file) => raw(sharp(file));
const via = (write) => async (p) => ({ file: await write(of(p)).toBuffer() });
export const step = (change) => async (p) => raw(change(of(p), p));
export const chain =
  (...steps) =>
  async (p) => {
    let now = p;
    for (const one of steps) {
      now = await one(now);
      if (now.file) now = await reread(now.file);
    }
    return now;
  };
const scale = (f, kernel = 'lanczos3') =>
  step((s, p) => s.resize(Math.max(8, R(p.w * f)), Math.max(8, R(p.h * f)), { fit: 'fill', kernel }));
const stretch = (fx, fy) => step((s, p) => s.resize(R(p.w * fx), R(p.h * fy), { fit: 'fill' }));
/** Cuts shares off the sides. */
export const cut = (l, t, r, b) =>
  step((s, p) =>
    s.extract({
      left: Math.floor(p.w * l),
      top: Math.floor(p.h * t),
      width: Math.floor(p.w * (1 - l - r)),
      height: Math.floor(p.h * (1 - t - b)),
    }),
  );
const crop = (f) => cut(f / 2, f / 2, f / 2, f / 2);
export const frame = (l, t, r, b, background) =>
  step((s, p) =>
    s.extend({ left: R(p.w * l), top: R(p.h * t), right: R(p.w * r), bottom: R(p.h * b), background }),
  );
export const border = (f, colour) => frame(f, f, f, f, colour);
const linear = (a, b) => step((s) => s.linear(a, b));
const each =
  (f) =>
  async ({ data, w, h }) => {
    const out = Buffer.alloc(data.length);
    for (let i = 0, k = 0; i < data.length; i += 3, k++) {
      const [r, g, b] = f(
        data[i],
        data[i + 1],
        data[i + 2],
        ((k % w) / w - 0.5) * 2,
        (Math.floor(k / w) / h - 0.5) * 2,
      );
      out[i] = Math.max(0, Math.min(255, r));
      out[i + 1] = Math.max(0, Math.min(255, g));
      out[i + 2] = Math.max(0, Math.min(255, b));
    }
    return { data: out, w, h };
  };
const noise =
  (sigma) =>
  async ({ data, w, h }) => {
    let state = 12345;
    const next = () => {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      return (state >>> 8) / 2 ** 24;
    };
    const out = Buffer.from(data);
    for (let i = 0; i < out.length; i++)
      out[i] = Math.max(0, Math.min(255, data[i] + (next() + next() + next() - 1.5) * 2 * sigma));
    return { data: out, w, h };
  };
export const draw = (body) =>
  step((s, p) =>
    s.composite([
      {
        input: Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="${p.w}" height="${p.h}">${body(p.w, p.h)}</svg>`,
        ),
      },
    ]),
  );
export const words = (x, y, size, text, fill = '#fff', more = '') =>
  `<text x="${x}" y="${y}" font-size="${size}" font-family="sans-serif" font-weight="bold" fill="${fill}" ${more}>${text}</text>`;
const turn = (d) => step((s) => s.rotate(d));
export const tilt = (d, background) => step((s) => s.rotate(d, { background }));
/** Tilted, and cut to the largest rectangle of the same shape without corners. */
export const tiltCut = (d) => async (p) => {
  const a = (Math.abs(d) * Math.PI) / 180;
  const k = Math.min(
    1 / (Math.cos(a) + (Math.sin(a) * p.h) / p.w),
    1 / (Math.cos(a) + (Math.sin(a) * p.w) / p.h),
  );
  const t = await tilt(d, '#000')(p);
  const [width, height] = [R(p.w * k) - 2, R(p.h * k) - 2];
  return raw(of(t).extract({ left: (t.w - width) >> 1, top: (t.h - height) >> 1, width, height }));
};
export const flop = step((s) => s.flop());
const flip = step((s) => s.flip());
const exif = (orientation, back) => async (p) => ({
  file: await of(await back(p))
    .withMetadata({ orientation })
    .jpeg({ quality: 88 })
    .toBuffer(),
});
/** Maps each pixel of the result to a place of the picture, in shares. */
export const warp =
  (map) =>
  async ({ data, w, h }) => {
    const out = Buffer.alloc(data.length);
    for (let y = 0, o = 0; y < h; y++)
      for (let x = 0; x < w; x++, o += 3) {
        const [u, v] = map(x / w, y / h);
        const i = (Math.min(h - 1, Math.max(0, R(v * h))) * w + Math.min(w - 1, Math.max(0, R(u * w)))) * 3;
        data.copy(out, o, i, i + 3);
      }
    return { data: out, w, h };
  };
const shot = chain(
  scale(0.7),
  frame(0.05, 0.14, 0.05, 0.2, '#fff'),
  draw(
    (w, h) =>
      words(w * 0.05, h * 0.07, h * 0.04, '10:21  gallery', '#222') +
      words(w * 0.05, h * 0.93, h * 0.035, '41 likes, 6 comments', '#666'),
  ),
);
const caption = (top, share, background, fill) =>
  chain(
    top ? frame(0, share, 0, 0, background) : frame(0, 0, 0, share, background),
    draw((w, h) =>
      words(
        w * 0.04,
        top ? h * share * 0.5 : h * (1 - share * 0.35),
        h * share * 0.35,
        'nobody: / me on monday',
        fill,
      ),
    ),
  );
const logo = (f) =>
  draw((w, h) => {
    const s = Math.sqrt(w * h * f);
    return `<rect x="${w - s * 1.2}" y="${h - s * 1.2}" width="${s}" height="${s}" fill="#c33"/><circle cx="${w - s * 0.7}" cy="${h - s * 0.7}" r="${s * 0.3}" fill="#fff"/>`;
  });
const square = (background) =>
  step((s, p) => s.resize(Math.max(p.w, p.h), Math.max(p.w, p.h), { fit: 'contain', background }));
const jpeg = (quality, more = {}) => via((s) => s.jpeg({ quality, ...more }));
const grey = (r, g, b) => 0.3 * r + 0.59 * g + 0.11 * b;

/** family → name → alteration. */
export const alterations = {
  're-encode': {
    jpeg90: jpeg(90),
    jpeg60: jpeg(60),
    jpeg40: jpeg(40),
    jpeg20: jpeg(20),
    jpeg10: jpeg(10),
    progressive: jpeg(75, { progressive: true }),
    png: via((s) => s.png({ compressionLevel: 1 })),
    webp75: via((s) => s.webp({ quality: 75 })),
    webp20: via((s) => s.webp({ quality: 20 })),
    gif: via((s) => s.gif({ effort: 1 })),
    jpegFive: chain(
      scale(0.9),
      jpeg(80),
      scale(0.9),
      jpeg(70),
      scale(1.1),
      jpeg(60),
      scale(0.8),
      jpeg(50),
      scale(1.2),
      jpeg(40),
    ),
  },
  scale: {
    half: scale(0.5),
    quarter: scale(0.25),
    tenth: scale(0.1),
    double: scale(2),
    nearest: scale(0.5, 'nearest'),
    narrow90: stretch(0.9, 1),
    flat80: stretch(1, 0.8),
    squared: step((s, p) => s.resize(p.h, p.h, { fit: 'fill' })),
  },
  colour: {
    grey: each((r, g, b) => Array(3).fill(grey(r, g, b))),
    brighter: linear(1.25, 0),
    darker: linear(0.75, 0),
    contrast: linear(1.3, -38),
    pale: linear(0.7, 38),
    saturated: step((s) => s.modulate({ saturation: 1.6 })),
    dull: step((s) => s.modulate({ saturation: 0.4 })),
    hue40: step((s) => s.modulate({ hue: 40 })),
    gamma: each((...v) => v.slice(0, 3).map((x) => 255 * (x / 255) ** 1.6)),
    equalised: step((s) => s.normalise()),
    sepia: each((r, g, b) => {
      const y = grey(r, g, b);
      return [y * 1.07 + 8, y * 0.92, y * 0.72];
    }),
    vignette: each((r, g, b, x, y) => {
      const v = 1 - (0.3 * (x * x + y * y) ** 1.5) / 2;
      return [r * v * 1.05 + 10, g * v, b * v * 0.85];
    }),
    duotone: each((r, g, b) => {
      const y = grey(r, g, b) / 255;
      return [30 + 225 * y, 20 + 180 * y, 90 + 60 * y];
    }),
    colourBlind: each((r, g, b) => [0.57 * r + 0.43 * g, 0.56 * r + 0.44 * g, 0.24 * g + 0.76 * b]),
  },
  detail: {
    blur1: step((s) => s.blur(1.2)),
    blur4: step((s) => s.blur(4)),
    noise10: noise(10),
    noise25: noise(25),
    sharper: step((s) => s.sharpen({ sigma: 2 })),
    median5: step((s) => s.median(5)),
  },
  crop: {
    crop2: crop(0.02),
    crop5: crop(0.05),
    crop10: crop(0.1),
    crop20: crop(0.2),
    corner5: cut(0, 0, 0.05, 0.05),
    corner10: cut(0.1, 0.1, 0, 0),
    top10: cut(0, 0.1, 0, 0),
  },
  border: {
    black5: border(0.05, '#000'),
    white5: border(0.05, '#fff'),
    blue5: border(0.05, '#246'),
    white15: border(0.15, '#fff'),
    letterbox5: frame(0, 0.05, 0, 0.05, '#000'),
    letterbox15: frame(0, 0.15, 0, 0.15, '#000'),
    pillarbox15: frame(0.15, 0, 0.15, 0, '#000'),
    squareBlack: square('#000'),
    squareWhite: square('#fff'),
  },
  overlay: {
    watermark: draw((w, h) =>
      Array.from({ length: 12 }, (_, k) =>
        words(
          (k % 3) * w * 0.35,
          (Math.floor(k / 3) + 0.6) * h * 0.25,
          w / 14,
          'PREVIEW',
          '#fff',
          'fill-opacity="0.35"',
        ),
      ).join(''),
    ),
    line: draw((w, h) => words(w * 0.1, h * 0.55, h / 12, 'summer of nineteen', '#ff0', 'stroke="#000"')),
    meme: draw(
      (w, h) =>
        words(w * 0.2, h * 0.13, h / 8, 'WHEN THE', '#fff', 'stroke="#000"') +
        words(w * 0.25, h * 0.96, h / 8, 'CAT SITS', '#fff', 'stroke="#000"'),
    ),
    logo2: logo(0.02),
    logo6: logo(0.06),
    captionTop: caption(true, 0.2, '#fff', '#111'),
    captionBottom: caption(false, 0.15, '#000', '#eee'),
    screenshot: shot,
  },
  tilt: {
    tilt1: tiltCut(1),
    tilt2: tiltCut(2),
    tiltBack2: tiltCut(-2),
    tilt5: tiltCut(5),
    tilt2black: tilt(2, '#000'),
    tilt5white: tilt(5, '#fff'),
  },
  turn: {
    quarter: turn(90),
    half: turn(180),
    back: turn(270),
    mirrored: flop,
    flipped: flip,
    transposed: chain(turn(90), flop),
  },
  exif: {
    exif2: exif(2, flop),
    exif3: exif(3, turn(180)),
    exif6: exif(6, turn(270)),
    exif8: exif(8, turn(90)),
    exif5: exif(5, chain(turn(90), flop)),
  },
  combination: {
    messenger: chain(scale(0.5), jpeg(60)),
    repost: chain(cut(0.02, 0.03, 0.03, 0.02), linear(1.1, 4), scale(0.6), jpeg(50)),
    mirroredCrop: chain(flop, crop(0.06)),
    mirroredBorder: chain(flop, border(0.06, '#000')),
    screenshot30: chain(shot, jpeg(30)),
  },
  negative: { negative: step((s) => s.negate({ alpha: false })) },
  bend: {
    perspective: warp((x, y) => [0.5 + (x - 0.5) * (0.92 + 0.08 * y), y]),
    shear5: warp((x, y) => [x + 0.05 * (y - 0.5), y]),
    barrel: warp((x, y) => {
      const r = 1 - 0.05 * ((x - 0.5) ** 2 + (y - 0.5) ** 2);
      return [0.5 + (x - 0.5) * r, 0.5 + (y - 0.5) * r];
    }),
  },
  collage: {
    besideItself: chain(step((s, p) => s.extend({ right: p.w, background: '#888' }))),
    pictureInPicture: chain(
      scale(0.5),
      frame(0.5, 0.5, 0.5, 0.5, '#356'),
      draw((w, h) => `<circle cx="${w * 0.1}" cy="${h * 0.1}" r="${h * 0.06}" fill="#fa3"/>`),
    ),
  },
};

/** The file that the alteration leaves behind; `others` are pictures for those that show several. */
export async function alter(picture, alteration, others) {
  const made = await alteration(picture, others);
  return made.file ?? of(made).jpeg({ quality: 85 }).toBuffer();
}

/** An original as it would be uploaded: upright, at most `most` pixels a side. */
export const original = (path, most = 800) =>
  raw(sharp(readFileSync(path)).autoOrient().resize(most, most, { fit: 'inside', withoutEnlargement: true }));
export const encode = (picture) => of(picture).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
