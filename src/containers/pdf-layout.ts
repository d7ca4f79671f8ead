/** A part of a page, in shares of its width and height from the top left corner. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What a page shows that is no picture of its own. */
export interface Layout {
  /**
   * True where it must be drawn to be seen: it has several pictures, masks, shades, or more paths than lines of a text need, or
   * pdf.js broke off in it, which it does not tell.
   */
  readonly isDrawn: boolean;
  /** What pictures cover that touch each other; none where they cover the page. */
  readonly joined: readonly Area[];
}

/** Names of pdf.js's operators by number, and the list of what a page does. */
export interface Operators {
  readonly names: Readonly<Record<number, string>>;
  readonly fnArray: readonly number[];
  readonly argsArray: readonly unknown[];
}

/** As of a PDF: `[a, b, c, d, e, f]` turns (x, y) into (ax + cy + e, bx + dy + f). */
export type Matrix = readonly [number, number, number, number, number, number];

/** Paths, and numbers of all paths, that lines, boxes and underlines of a page of text need. */
const plainPaths = 12;
const plainNumbers = 240;
/** Pictures with no more than this share of the page between them touch. */
const gap = 0.02;
/** Pictures of one page that are told apart; more are a mosaic. */
const mostPictures = 1000;

const pictures = [
  'paintImageXObject',
  'paintImageXObjectRepeat',
  'paintInlineImageXObject',
  'paintInlineImageXObjectGroup',
];
/** One of these operators paints many pictures. */
const manyPictures = ['paintImageXObjectRepeat', 'paintInlineImageXObjectGroup'];
/** What must be ended, and what ends it. */
const begins = ['save', 'beginText', 'paintFormXObjectBegin'];
const ends = ['restore', 'endText', 'paintFormXObjectEnd'];
const drawing = [
  'shadingFill',
  'paintImageMaskXObject',
  'paintImageMaskXObjectGroup',
  'paintImageMaskXObjectRepeat',
];

/** @param page shares of the page in user space: what turns a place there into one from the top left, 0…1. */
export function layoutOf({ names, fnArray, argsArray }: Operators, page: Matrix): Layout {
  const areas: Area[] = [];
  const before: Matrix[] = [];
  let matrix = page;
  let isDrawn = false;
  let paths = 0;
  let numbers = 0;
  let open = 0;
  for (const [i, operator] of fnArray.entries()) {
    const name = names[operator] ?? '';
    const args = (argsArray[i] ?? []) as readonly unknown[];
    if (begins.includes(name)) open += 1;
    if (ends.includes(name)) open -= 1;
    if (name === 'save' || name === 'paintFormXObjectBegin') before.push(matrix);
    if (name === 'restore' || name === 'paintFormXObjectEnd') matrix = before.pop() ?? page;
    if (name === 'transform') matrix = product(matrix, args);
    if (name === 'paintFormXObjectBegin') matrix = product(matrix, args[0]);
    if (name === 'constructPath') {
      paths += 1;
      numbers += lengthOf(args);
    }
    if (drawing.includes(name) || manyPictures.includes(name) || isPattern(name, args)) isDrawn = true;
    if (pictures.includes(name)) areas.push(areaOf(matrix));
  }
  const joined = areas.length > mostPictures ? [] : joinedOf(areas);
  return {
    isDrawn: isDrawn || open > 0 || areas.length > 1 || paths > plainPaths || numbers > plainNumbers,
    joined: joined.filter((area) => !coversPage(area)),
  };
}

const isPattern = (name: string, [first]: readonly unknown[]) =>
  /^set(Fill|Stroke)ColorN$/.test(name) && (first === 'Shading' || first === 'TilingPattern');

/** Numbers of a path, however deep pdf.js has them. */
function lengthOf(value: unknown): number {
  if (ArrayBuffer.isView(value)) return (value as Float32Array).length ?? 0;
  return Array.isArray(value) ? value.reduce((sum: number, one) => sum + lengthOf(one), 0) : 0;
}

function product(outer: Matrix, inner: unknown): Matrix {
  const numbers = Array.isArray(inner) || ArrayBuffer.isView(inner) ? [...(inner as readonly number[])] : [];
  if (numbers.length < 6) return outer;
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = numbers as unknown as Matrix;
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** Where the unit square comes to lie, in which every picture is painted. */
function areaOf([a, b, c, d, e, f]: Matrix): Area {
  const xs = [e, e + a, e + c, e + a + c];
  const ys = [f, f + b, f + d, f + b + d];
  const share = (value: number) => Math.min(1, Math.max(0, value));
  return {
    left: share(Math.min(...xs)),
    right: share(Math.max(...xs)),
    top: share(Math.min(...ys)),
    bottom: share(Math.max(...ys)),
  };
}

/** What pictures that touch, or touch others that do, cover together; those that touch none are left out. */
function joinedOf(areas: readonly Area[]): Area[] {
  const rest = new Set(areas);
  const joined: Area[] = [];
  for (const area of areas) {
    if (!rest.delete(area)) continue;
    const found = [area];
    for (const one of found)
      for (const other of rest)
        if (touches(one, other)) {
          rest.delete(other);
          found.push(other);
        }
    if (found.length > 1) joined.push(around(found));
  }
  return joined;
}

const touches = (a: Area, b: Area): boolean =>
  a.left <= b.right + gap && b.left <= a.right + gap && a.top <= b.bottom + gap && b.top <= a.bottom + gap;

const around = (areas: readonly Area[]): Area => ({
  left: Math.min(...areas.map(({ left }) => left)),
  top: Math.min(...areas.map(({ top }) => top)),
  right: Math.max(...areas.map(({ right }) => right)),
  bottom: Math.max(...areas.map(({ bottom }) => bottom)),
});

const coversPage = ({ left, top, right, bottom }: Area) =>
  left < gap / 2 && top < gap / 2 && right > 1 - gap / 2 && bottom > 1 - gap / 2;
