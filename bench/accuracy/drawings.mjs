// Pictures of low detail, drawn here: flags, logos, letter avatars, identicons, plaids, charts, pages of text, forms, chat and
// program windows, gradients, codes, slides, icons, line drawings, empty frames. Unrelated ones look alike to every
// perceptual hash: they are what false matches are looked for on. The same kind and seed give the same picture.

/** Numbers from 0 to 1, the same for the same seed. */
function numbers(seed) {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const rect = (x, y, w, h, fill, more = '') =>
  `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${fill}" ${more}/>`;
const circle = (x, y, r, fill, more = '') => `<circle cx="${x}" cy="${y}" r="${r}" fill="${fill}" ${more}/>`;
const polygon = (points, fill) =>
  `<polygon points="${points.map((point) => point.join(',')).join(' ')}" fill="${fill}"/>`;
const star = (x, y, r, arms, fill, turn = 0) =>
  polygon(
    Array.from({ length: arms * 2 }, (_, k) => {
      const [angle, far] = [turn + (Math.PI * k) / arms, k % 2 === 0 ? r : r * 0.4];
      return [x + far * Math.sin(angle), y - far * Math.cos(angle)];
    }),
    fill,
  );

/** Words of a page as bars: no font is asked for, so that every machine draws the same. */
function lines(random, { left, top, width, rows, step, height, fill = '#222' }) {
  let out = '';
  for (let row = 0; row < rows; row++) {
    const end = row % 7 === 6 ? left + width * random() * 0.6 : left + width;
    for (let x = left; x < end; ) {
      const word = 8 + random() * 40;
      out += rect(x, top + row * step, Math.min(word, end - x), height, fill);
      x += word + 6;
    }
  }
  return out;
}

const colour = (random) =>
  `hsl(${Math.floor(random() * 360)},${40 + Math.floor(random() * 60)}%,${25 + Math.floor(random() * 50)}%)`;
/** A letter as strokes on a grid of 3 × 5. */
const letters = [
  '757',
  '656',
  '344',
  '655',
  '747',
  '744',
  '357',
  '575',
  '722',
  '117',
  '565',
  '447',
  '577',
  '675',
  '255',
  '754',
  '256',
  '765',
  '361',
  '722',
  '557',
  '552',
  '577',
  '525',
  '522',
  '724',
];
function letter(index, x, y, size, fill) {
  const rows = [...letters[index % letters.length]].map(Number);
  const full = [rows[0], rows[0] ^ (index % 2 ? 0 : 2), rows[1], rows[2] ^ (index % 3 ? 0 : 2), rows[2]];
  return full
    .flatMap((bits, row) =>
      [4, 2, 1].map((bit, column) =>
        bits & bit ? rect(x + (column * size) / 3, y + (row * size) / 4, size / 3, size / 4, fill) : '',
      ),
    )
    .join('');
}

/** What is drawn, by kind: the inside of an SVG of 480 × 360. */
const kinds = {
  flag(random) {
    const [a, b, c] = [colour(random), random() < 0.5 ? '#fff' : colour(random), colour(random)];
    const style = Math.floor(random() * 7);
    if (style === 0) return [a, b, c].map((fill, k) => rect(k * 160, 0, 160, 360, fill)).join('');
    if (style === 1) return [a, b, c].map((fill, k) => rect(0, k * 120, 480, 120, fill)).join('');
    if (style === 2) return rect(0, 0, 480, 360, a) + rect(130, 0, 60, 360, b) + rect(0, 150, 480, 60, b);
    if (style === 3) return rect(0, 0, 480, 360, a) + circle(240, 180, 60 + random() * 60, b);
    if (style === 4)
      return (
        Array.from({ length: 9 }, (_, k) => rect(0, k * 40, 480, 40, k % 2 ? b : a)).join('') +
        rect(0, 0, 190, 200, c) +
        star(95, 100, 60, 5, b)
      );
    if (style === 5)
      return (
        rect(0, 0, 480, 180, a) +
        rect(0, 180, 480, 180, b) +
        polygon(
          [
            [0, 0],
            [220, 180],
            [0, 360],
          ],
          c,
        )
      );
    return (
      rect(0, 0, 480, 360, a) + star(240, 180, 80 + random() * 50, 5 + Math.floor(random() * 3), b, random())
    );
  },
  logo(random) {
    const [a, b] = [colour(random), colour(random)];
    const style = Math.floor(random() * 5);
    const mark = [
      () => circle(240, 150, 90, a) + circle(240, 150, 45 + random() * 30, '#fff'),
      () => star(240, 150, 110, 3 + Math.floor(random() * 6), a, random() * 3) + circle(240, 150, 25, b),
      () =>
        rect(150, 60, 180, 180, a, `rx="${random() * 90}"`) +
        letter(Math.floor(random() * 26), 200, 90, 80, '#fff'),
      () =>
        polygon(
          [
            [240, 40],
            [370, 250],
            [110, 250],
          ],
          a,
        ) +
        polygon(
          [
            [240, 120],
            [300, 220],
            [180, 220],
          ],
          b,
        ),
      () => rect(120, 70, 110, 160, a) + rect(250, 70, 110, 160, b),
    ][style]();
    return (
      rect(0, 0, 480, 360, '#fff') +
      mark +
      lines(random, { left: 140, top: 290, width: 200, rows: 1, step: 20, height: 22, fill: a })
    );
  },
  avatar(random) {
    return rect(0, 0, 480, 360, colour(random)) + letter(Math.floor(random() * 26), 160, 80, 160, '#fff');
  },
  identicon(random) {
    const fill = colour(random);
    let out = rect(0, 0, 480, 360, '#f0f0f0');
    for (let y = 0; y < 5; y++)
      for (let x = 0; x < 3; x++)
        if (random() < 0.5)
          for (const column of [x, 4 - x]) out += rect(90 + column * 60, 30 + y * 60, 60, 60, fill);
    return out;
  },
  plaid(random) {
    let out = rect(0, 0, 480, 360, colour(random));
    const [step, wide, fill, other] = [24 + random() * 60, 6 + random() * 20, colour(random), colour(random)];
    for (let x = 0; x < 480; x += step) out += rect(x, 0, wide, 360, fill, 'opacity="0.7"');
    for (let y = 0; y < 360; y += step) out += rect(0, y, 480, wide, other, 'opacity="0.7"');
    return out;
  },
  bars(random) {
    let out = rect(0, 0, 480, 360, '#fff') + rect(40, 20, 2, 300, '#444') + rect(40, 320, 420, 2, '#444');
    const [count, fill] = [4 + Math.floor(random() * 8), colour(random)];
    for (let k = 0; k < count; k++) {
      const height = 30 + random() * 260;
      out += rect(55 + (k * 400) / count, 320 - height, 300 / count, height, fill);
    }
    return out;
  },
  curve(random) {
    let y = 180;
    const points = Array.from({ length: 40 }, (_, k) => {
      y = Math.max(30, Math.min(310, y + (random() - 0.5) * 70));
      return `${40 + k * 10.5},${y}`;
    });
    return (
      rect(0, 0, 480, 360, '#fff') +
      rect(40, 20, 2, 300, '#444') +
      rect(40, 320, 420, 2, '#444') +
      `<polyline points="${points.join(' ')}" fill="none" stroke="${colour(random)}" stroke-width="4"/>`
    );
  },
  page(random) {
    return (
      rect(0, 0, 480, 360, '#fff') +
      lines(random, { left: 40, top: 30, width: 400, rows: 22, step: 14, height: 6 })
    );
  },
  form(random) {
    let out = rect(0, 0, 480, 360, '#fff');
    for (let row = 0; row < 7; row++) {
      out += lines(random, {
        left: 30,
        top: 30 + row * 46,
        width: 60 + random() * 60,
        rows: 1,
        step: 10,
        height: 8,
      });
      out += rect(200, 22 + row * 46, 120 + random() * 120, 26, 'none', 'stroke="#888"');
    }
    return out;
  },
  receipt(random) {
    let out = rect(0, 0, 480, 360, '#ddd') + rect(150, 0, 180, 360, '#fff');
    for (let row = 0; row < 18; row++)
      out +=
        rect(165, 20 + row * 18, 30 + random() * 60, 7, '#333') +
        rect(285, 20 + row * 18, 15 + random() * 15, 7, '#333');
    return out;
  },
  chat(random) {
    const dark = random() < 0.5;
    let out = rect(0, 0, 480, 360, dark ? '#111' : '#e8e8e8') + rect(0, 0, 480, 36, dark ? '#222' : '#fff');
    for (let y = 50; y < 330; ) {
      const [width, height, mine] = [120 + random() * 180, 26 + random() * 40, random() < 0.5];
      out += rect(
        mine ? 470 - width : 10,
        y,
        width,
        height,
        mine ? '#3a7' : dark ? '#333' : '#fff',
        'rx="12"',
      );
      y += height + 10;
    }
    return out;
  },
  window(random) {
    let out =
      rect(0, 0, 480, 360, '#f5f5f5') +
      rect(0, 0, 480, 26, '#ccc') +
      rect(0, 26, 60 + random() * 70, 334, '#e0e0e0');
    for (let k = 0; k < 6; k++)
      out += rect(
        150 + random() * 40,
        50 + k * 50,
        100 + random() * 180,
        34,
        random() < 0.3 ? colour(random) : '#fff',
        'stroke="#bbb"',
      );
    return out;
  },
  gradient(random) {
    const [x, y] = [random(), random()];
    return `<defs><linearGradient id="g" x1="0" y1="0" x2="${x}" y2="${y}"><stop offset="0" stop-color="${colour(random)}"/><stop offset="1" stop-color="${colour(random)}"/></linearGradient></defs>${rect(0, 0, 480, 360, 'url(#g)')}${circle(random() * 480, random() * 360, 30 + random() * 80, colour(random), 'opacity="0.6"')}`;
  },
  code(random) {
    let out = rect(0, 0, 480, 360, '#fff');
    for (let y = 0; y < 21; y++)
      for (let x = 0; x < 21; x++) {
        const corner = (x < 7 && y < 7) || (x > 13 && y < 7) || (x < 7 && y > 13);
        if (!corner && random() < 0.5) out += rect(90 + x * 14, 30 + y * 14, 14, 14, '#000');
      }
    for (const [x, y] of [
      [0, 0],
      [14, 0],
      [0, 14],
    ])
      out +=
        rect(90 + x * 14, 30 + y * 14, 98, 98, '#000') +
        rect(104 + x * 14, 44 + y * 14, 70, 70, '#fff') +
        rect(118 + x * 14, 58 + y * 14, 42, 42, '#000');
    return out;
  },
  slide(random) {
    return (
      rect(0, 0, 480, 360, random() < 0.5 ? '#fff' : '#123') +
      rect(0, 0, 480, 60 + random() * 30, colour(random)) +
      lines(random, {
        left: 60,
        top: 120,
        width: 300,
        rows: 4 + Math.floor(random() * 3),
        step: 36,
        height: 12,
        fill: '#777',
      })
    );
  },
  icon(random) {
    const fill = colour(random);
    let out = rect(0, 0, 480, 360, '#fff') + rect(140, 80, 200, 200, fill, `rx="${20 + random() * 80}"`);
    for (let k = 0; k < 3; k++)
      out +=
        random() < 0.5
          ? circle(180 + random() * 120, 120 + random() * 120, 15 + random() * 30, '#fff')
          : rect(170 + random() * 80, 110 + random() * 80, 30 + random() * 70, 12 + random() * 30, '#fff');
    return out;
  },
  sketch(random) {
    let out = rect(0, 0, 480, 360, '#fff');
    for (let k = 0; k < 7; k++) {
      const at = () => `${random() * 480},${random() * 360}`;
      out += `<path d="M${at()} C${at()} ${at()} ${at()}" fill="none" stroke="#111" stroke-width="${2 + random() * 4}"/>`;
    }
    return out;
  },
  face(random) {
    const skin = colour(random);
    return (
      rect(0, 0, 480, 360, colour(random)) +
      circle(240, 190, 120, skin) +
      circle(200, 160 + random() * 20, 14, '#111') +
      circle(280, 160 + random() * 20, 14, '#111') +
      rect(200, 230 + random() * 20, 80, 8 + random() * 20, '#711', 'rx="8"') +
      rect(130, 60, 220, 40 + random() * 50, colour(random), 'rx="30"')
    );
  },
  placeholder(random) {
    const fill = colour(random);
    return (
      rect(0, 0, 480, 360, '#ddd') +
      rect(60, 60, 360, 240, '#eee', `stroke="${fill}" stroke-width="6"`) +
      polygon(
        [
          [90, 270],
          [180 + random() * 40, 140],
          [280, 270],
        ],
        fill,
      ) +
      polygon(
        [
          [230, 270],
          [310 + random() * 30, 180],
          [390, 270],
        ],
        fill,
      ) +
      circle(340, 110, 24, fill)
    );
  },
};

export const drawingKinds = Object.keys(kinds);

/** An SVG of 480 × 360 as text. */
export function drawing(kind, seed) {
  const random = numbers(seed * 31 + drawingKinds.indexOf(kind));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="360">${kinds[kind](random)}</svg>`;
}
