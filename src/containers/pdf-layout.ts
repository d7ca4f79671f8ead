/** A part of a page, in shares of its width and height from the top left corner. */
export interface Area {
  /** 0…1, from the left edge. */
  readonly left: number;
  /** 0…1, from the top edge. */
  readonly top: number;
  /** 0…1, from the left edge. */
  readonly right: number;
  /** 0…1, from the top edge. */
  readonly bottom: number;
}

/** What people see on a page and no single picture in it shows. */
export interface Layout {
  /**
   * True if hashsieve must draw the page to see what it shows: it has several pictures, masks, shades or patterns, or
   * more paths than a page of text needs. Also true if pdf.js stopped within the page, which pdf.js does not report.
   */
  readonly isDrawn: boolean;
  /** The areas that groups of touching pictures cover. A group that covers the whole page is left out. */
  readonly joined: readonly Area[];
}

/** The operators of a page, as pdf.js lists them. */
export interface Operators {
  /** The names of pdf.js's operators, by their numbers. */
  readonly names: Readonly<Record<number, string>>;
  /** The numbers of the operators of the page, in their order. */
  readonly fnArray: readonly number[];
  /** The arguments of each of them. */
  readonly argsArray: readonly unknown[];
}

/** A matrix, as PDF writes it: `[a, b, c, d, e, f]` turns (x, y) into (ax + cy + e, bx + dy + f). */
export type Matrix = readonly [number, number, number, number, number, number];

/** The most paths that lines, boxes and underlines of a page of text need, and the most numbers in all of them. */
const plainPaths = 12;
const plainNumbers = 240;
/** Two pictures touch if the gap between them is at most this share of the page. */
const gap = 0.02;
/** With more pictures than this, a page counts as a mosaic, and `layoutOf` forms no groups. */
const mostPictures = 1000;

const pictures = [
  'paintImageXObject',
  'paintImageXObjectRepeat',
  'paintInlineImageXObject',
  'paintInlineImageXObjectGroup',
];
/** Operators that paint many pictures each. */
const manyPictures = ['paintImageXObjectRepeat', 'paintInlineImageXObjectGroup'];
/** Operators that open something, and those that close it. */
const begins = ['save', 'beginText', 'paintFormXObjectBegin'];
const ends = ['restore', 'endText', 'paintFormXObjectEnd'];
const drawing = [
  'shadingFill',
  'paintImageMaskXObject',
  'paintImageMaskXObjectGroup',
  'paintImageMaskXObjectRepeat',
];

/**
 * Reads from the operators of a page how its pictures lie, and whether it must be drawn. Pure.
 * @param page turns a place in user space into shares of the page from its top left corner, 0…1.
 */
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

/** How many numbers a path has, however deep pdf.js nests them. */
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

/** The area of the page that a picture covers: PDF paints each into the unit square, which the matrix moves. */
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

/** Groups pictures that touch, directly or through others, and gives the area of each group of two or more. */
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
