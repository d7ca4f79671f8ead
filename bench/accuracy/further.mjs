// Further alterations: frames, collages, stronger crops and turns. Most replace, hide or move more of the picture than those of
// alterations.mjs. Those that show several pictures take `others`, pictures of the same folder.
import sharp from 'sharp';
import {
  border,
  chain,
  cut,
  draw,
  flop,
  frame,
  of,
  raw,
  step,
  tilt,
  tiltCut,
  warp,
  words,
} from './alterations.mjs';

const R = Math.round;
const fit = (p, w, h) => of(p).resize(R(w), R(h), { fit: 'cover' }).png({ compressionLevel: 0 }).toBuffer();
const stretched = (p, w, h) =>
  of(p).resize(R(w), R(h), { fit: 'fill' }).png({ compressionLevel: 0 }).toBuffer();
/** Pictures on a plain ground of w×h: [file, left, top] each. */
const onGround = (w, h, background, placed) =>
  raw(
    sharp({ create: { width: R(w), height: R(h), channels: 3, background } }).composite(
      placed.map(([input, left, top]) => ({ input, left: R(left), top: R(top) })),
    ),
  );
const grid = (gap, columns, rows) => async (p, others) => {
  const w = R(p.w / 2);
  const h = R(p.h / 2);
  const cells = Array.from({ length: columns * rows }, (_, k) => k);
  const placed = await Promise.all(
    cells.map(async (k) => [
      k === 1 ? await stretched(p, w, h) : await fit(others[k % others.length], w, h),
      gap + (k % columns) * (w + gap),
      gap + Math.floor(k / columns) * (h + gap),
    ]),
  );
  return onGround(columns * (w + gap) + gap, rows * (h + gap) + gap, '#fff', placed);
};
const inset =
  (share, at) =>
  async (p, [other]) => {
    const [w, h] = [p.w * share, p.h * share];
    return onGround(p.w, p.h, '#000', [
      [await fit(other, p.w, p.h), 0, 0],
      [await stretched(p, w, h), (p.w - w) * at[0], (p.h - h) * at[1]],
    ]);
  };
/** The picture between its own blurred enlargement, as players show it. */
const blurredBars = (w, h) => async (p) => {
  const k = Math.min(w / p.w, h / p.h);
  const back = await sharp(await fit(p, w, h))
    .blur(18)
    .linear(0.8, 0)
    .png()
    .toBuffer();
  return onGround(w, h, '#000', [
    [back, 0, 0],
    [await stretched(p, p.w * k, p.h * k), (w - p.w * k) / 2, (h - p.h * k) / 2],
  ]);
};
/** Grained wood, the same each time. */
const desk = (w, h) => {
  const data = Buffer.alloc(w * h * 3);
  let state = 7;
  for (let y = 0, i = 0; y < h; y++)
    for (let x = 0; x < w; x++, i += 3) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      const grain = 14 * Math.sin(y / 9 + 3 * Math.sin(x / 160)) + ((state >>> 24) - 128) / 12;
      data[i] = 140 + grain;
      data[i + 1] = 100 + grain;
      data[i + 2] = 64 + grain / 2;
    }
  return sharp(data, { raw: { width: w, height: h, channels: 3 } })
    .png()
    .toBuffer();
};
const polaroid = async (p) => {
  const m = R(p.w * 0.06);
  const card = await of(p)
    .extend({ top: m, left: m, right: m, bottom: 4 * m, background: '#f6f4ee' })
    .png()
    .toBuffer();
  const [w, h] = [R(1.5 * p.w), R(1.5 * p.h)];
  return onGround(w, h, '#000', [
    [await desk(w, h), 0, 0],
    [card, 0.2 * p.w, 0.12 * p.h],
  ]);
};
const print = async (p) => {
  const [w, h] = [R(1.4 * p.w), R(1.4 * p.h)];
  return onGround(w, h, '#000', [
    [await desk(w, h), 0, 0],
    [await stretched(p, p.w, p.h), 0.2 * p.w, 0.2 * p.h],
  ]);
};
const ornate = async (p) => {
  const m = R(0.08 * p.w);
  const framed = await of(p)
    .extend({ top: m, bottom: m, left: m, right: m, background: '#7a5a1e' })
    .png()
    .toBuffer();
  const [w, h] = [p.w + 2 * m, p.h + 2 * m];
  const curls = [];
  for (let x = 0; x < w; x += m / 2)
    for (let y = 0; y < h; y += m / 2)
      if (x < m * 0.7 || y < m * 0.7 || x > w - m || y > h - m)
        curls.push(
          `<circle cx="${x + m / 4}" cy="${y + m / 4}" r="${m / 5}" fill="hsl(44,60%,${25 + ((x * 7 + y * 13) % 45)}%)"/>`,
        );
  const input = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${curls.join('')}</svg>`,
  );
  return raw(sharp(framed).composite([{ input }]));
};
const chat = async (p, [other]) => {
  const [w, h] = [540, 960];
  const width = 380;
  const height = R((p.h / p.w) * width);
  const top = 240;
  const bubbles = [
    [20, 90, 300, 60],
    [200, 165, 320, 55],
    [20, Math.min(880, top + height + 20), 260, 50],
  ].map(
    ([x, y, bw, bh]) =>
      `<rect x="${x}" y="${y}" width="${bw}" height="${bh}" rx="16" fill="#1f3b33"/>${words(x + 14, y + bh * 0.6, 20, 'did you see this one', '#d6e4df')}`,
  );
  const input = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}"><rect width="${w}" height="70" fill="#202c33"/>${words(90, 45, 24, 'group of seven', '#eee')}${bubbles.join('')}</svg>`,
  );
  const ground = await sharp(await fit(other, w, h))
    .blur(10)
    .linear(0.25, 8)
    .png()
    .toBuffer();
  const placed = await stretched(p, width, Math.min(height, h - top - 60));
  return raw(sharp(ground).composite([{ input }, { input: placed, left: 20, top }]));
};
const video = async (p) => {
  const [w, h] = [450, 800];
  const k = w / p.w;
  const height = Math.min(h, R(p.h * k));
  const icons = [0, 1, 2, 3].map(
    (i) =>
      `<circle cx="${w - 36}" cy="${h * 0.45 + i * 70}" r="22" fill="#fff" fill-opacity="0.9"/>${words(w - 52, h * 0.45 + i * 70 + 38, 14, '12.3K')}`,
  );
  const input = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}">${icons.join('')}${words(16, h - 60, 20, '@someone')}${words(16, h - 30, 18, 'when it rains again')}</svg>`,
  );
  const placed = await onGround(w, h, '#111', [[await stretched(p, w, height), 0, (h - height) / 2]]);
  return raw(of(placed).composite([{ input }]));
};
/** The middle of a shape, as large as it fits. */
const middle = (ratio) => async (p) => {
  const w = Math.min(p.w, p.h * ratio);
  const h = Math.min(p.h, p.w / ratio);
  return cut((p.w - w) / 2 / p.w, (p.h - h) / 2 / p.h, (p.w - w) / 2 / p.w, (p.h - h) / 2 / p.h)(p);
};
const sticker = (f) =>
  draw((w, h) => {
    const r = Math.sqrt((w * h * f) / Math.PI);
    return `<circle cx="${w * 0.4}" cy="${h * 0.45}" r="${r}" fill="#fc3"/><circle cx="${w * 0.4 - r / 3}" cy="${h * 0.45 - r / 4}" r="${r / 7}"/><circle cx="${w * 0.4 + r / 3}" cy="${h * 0.45 - r / 4}" r="${r / 7}"/>`;
  });
const polar = (turnAt) =>
  warp((x, y) => {
    const [u, v] = [x - 0.5, y - 0.5];
    const a = turnAt(Math.hypot(u, v));
    return [0.5 + u * Math.cos(a) - v * Math.sin(a), 0.5 + u * Math.sin(a) + v * Math.cos(a)];
  });
const rounded = (radius) =>
  draw((w, h) => {
    const r = radius * Math.min(w, h);
    return `<path fill-rule="evenodd" fill="#fff" d="M0 0H${w}V${h}H0Z M${r} 0H${w - r}A${r} ${r} 0 0 1 ${w} ${r}V${h - r}A${r} ${r} 0 0 1 ${w - r} ${h}H${r}A${r} ${r} 0 0 1 0 ${h - r}V${r}A${r} ${r} 0 0 1 ${r} 0Z"/>`;
  });
const small = (f) => step((s, p) => s.resize(R(p.w * f), R(p.h * f), { fit: 'fill' }));

/** family → name → alteration. */
export const further = {
  'several pictures': {
    collageGap: grid(8, 2, 2),
    collage: grid(0, 2, 2),
    sideBySide: grid(0, 2, 1),
    inset60: inset(0.6, [0.3, 0.6]),
    pictureOnPicture30: async (p, [other]) =>
      onGround(p.w, p.h, '#000', [
        [await stretched(p, p.w, p.h), 0, 0],
        [await fit(other, p.w * 0.3, p.h * 0.3), p.w * 0.66, p.h * 0.04],
      ]),
  },
  framed: {
    blurredVertical: blurredBars(450, 800),
    blurredWide: async (p) => blurredBars(R(p.h * 2.2), p.h)(p),
    polaroidOnDesk: polaroid,
    printOnDesk: print,
    ornateFrame: ornate,
    darkChat: chat,
    videoWithIcons: video,
    mirroredCropCaption: chain(
      flop,
      cut(0.05, 0.05, 0.05, 0.05),
      frame(0, 0.2, 0, 0, '#fff'),
      draw((w, h) => words(w * 0.04, h * 0.11, h * 0.06, 'again and again', '#111')),
    ),
    croppedBorder: chain(cut(0.05, 0.05, 0.05, 0.05), border(0.05, '#000')),
  },
  'cut more': {
    square: middle(1),
    fourByFive: middle(0.8),
    side10: cut(0.1, 0, 0, 0),
    side15: cut(0, 0, 0.15, 0),
    side30: cut(0, 0, 0.3, 0),
    top20: cut(0, 0.2, 0, 0),
    bottom10: cut(0, 0, 0, 0.1),
    crop30: cut(0.15, 0.15, 0.15, 0.15),
  },
  'turned more': {
    tilt10: tiltCut(10),
    tiltBack15: tiltCut(-15),
    tilt5black: tilt(5, '#000'),
    tilt10white: tilt(10, '#fff'),
    tilt20: tiltCut(20),
  },
  'covered or warped': {
    sticker5: sticker(0.05),
    sticker15: sticker(0.15),
    eyeBar: draw((w, h) => `<rect x="${w * 0.2}" y="${h * 0.3}" width="${w * 0.6}" height="${h * 0.09}"/>`),
    roundedWhite: rounded(0.12),
    circle: rounded(0.5),
    perspective5: warp((x, y) => [0.5 + (x - 0.5) * (1 - 0.1 * y), y * (1 - 0.05 * (1 - y))]),
    wave: warp((x, y) => [x + 0.012 * Math.sin(y * 20), y + 0.012 * Math.sin(x * 16)]),
    swirl: polar((r) => 0.35 * Math.max(0, 1 - 2 * r)),
    stretched169: step((s, p) => s.resize(R(p.h * 1.78), p.h, { fit: 'fill' })),
    deepFried: chain(
      step((s) => s.modulate({ saturation: 2.5 }).linear(1.6, -60).sharpen({ sigma: 2 })),
      small(0.6),
    ),
  },
};
