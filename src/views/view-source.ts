import type { Bitmap, Frame } from '../core/types.js';
import { maybeCorners, straightWindow } from './corners.js';
import { isSeeThrough, lumaOn } from './flattened.js';
import { overlapOf, panelsOf } from './panels.js';
import { edgeLines, lumaRaster } from './raster.js';
import { sampleWindow, type Window } from './sample-window.js';
import { type Box, closeTrim, maybeBorder, wideTrim } from './trim.js';
import { turnUpright } from './turn-upright.js';

/** A picture, and what a trim leaves of it, needs this many pixels a side for derived views: smaller ones are icons. */
const leastSide = 32;

/** A strip longer than this would leave its own surroundings when it is turned by a few degrees. */
const mostAspect = 8;

/** A frame, and what several views of it share: each is made once, when a view first asks for it. Not JSON-safe. */
export interface ViewSource {
  readonly frame: Frame;
  /** The picture as people see it, with all pixels. */
  readonly upright: Bitmap;
  /** The picture as viewers show it; undefined where its colour profile changes nothing. */
  readonly managed: Bitmap | undefined;
  /** The picture in grey on a background of this brightness (0…255); undefined for an opaque one. */
  on(background: number): Bitmap | undefined;
  /** A window of the picture as a small grey raster; undefined for pictures too small for that. */
  sampled(window: Window): Bitmap | undefined;
  /** The window that each trim leaves; undefined where the trim removes nothing, or the same as another one. */
  readonly trims: { readonly close?: Window; readonly wide?: Window };
  /** A window of what a trim leaves, mirrored at its edges; undefined where the trim removes nothing. */
  sampledWithin(trim: 'close' | 'wide', window: Window): Bitmap | undefined;
  /** The window that shows a tilted picture straight, where its corners are of one colour. */
  readonly straight: Window | undefined;
  /** The rectangles that long straight seams bound, the clearest first, without those that a trim leaves. */
  readonly panels: readonly Window[];
}

export function viewSource(frame: Frame): ViewSource {
  const upright = once(() => turnUpright(frame.bitmap, frame.orientation));
  const raster = once(() => lumaRaster(upright()));
  const seeThrough = once(() => isSeeThrough(frame.bitmap));
  const isSmall = () => Math.min(upright().width, upright().height) < leastSide;
  const trims = once(() =>
    isSmall() || !maybeBorder(edgeLines(upright())) ? {} : trimsOf(raster(), upright()),
  );
  const panels = once(() => (isSmall() ? [] : panelsIn(raster(), upright(), trims())));
  const aspect = () => upright().width / upright().height;
  const sampledIn = (area: Area, window: Window) => {
    const isLong = Math.max(area.aspect, 1 / area.aspect) > mostAspect;
    return window.turn !== undefined && isLong ? undefined : sampleWindow(area.raster, window, area.aspect);
  };
  const areas = {
    close: once(() => areaOf(raster(), aspect(), trims().close)),
    wide: once(() => areaOf(raster(), aspect(), trims().wide)),
  };
  const straight = once(() =>
    isSmall() || !maybeCorners(upright()) ? undefined : straightWindow(raster(), aspect()),
  );
  return {
    frame,
    get upright() {
      return upright();
    },
    get managed() {
      return frame.shown && turnUpright(frame.shown, frame.orientation);
    },
    on: (background) => (seeThrough() ? lumaOn(upright(), background) : undefined),
    sampled: (window) => (isSmall() ? undefined : sampledIn({ raster: raster(), aspect: aspect() }, window)),
    sampledWithin(trim, window) {
      const area = areas[trim]();
      return area && sampledIn(area, window);
    },
    get straight() {
      return straight();
    },
    get trims() {
      return trims();
    },
    get panels() {
      return panels();
    },
  };
}

/** A grey raster, and width divided by height of what it shows. */
interface Area {
  readonly raster: Bitmap;
  readonly aspect: number;
}

/** The part of a raster in a window, which ends at whole pixels. */
function areaOf(
  { width, height, data }: Bitmap,
  aspect: number,
  window: Window | undefined,
): Area | undefined {
  if (!window) return undefined;
  const [left, right] = [Math.round(window.left * width), Math.round(window.right * width)];
  const [top, bottom] = [Math.round(window.top * height), Math.round(window.bottom * height)];
  const wide = right - left;
  const part = new Uint8Array(wide * (bottom - top));
  for (let y = top, o = 0; y < bottom; y++, o += wide)
    part.set(data.subarray(y * width + left, y * width + right), o);
  return {
    raster: { width: wide, height: bottom - top, channels: 1, data: part },
    aspect: (aspect * (window.right - window.left)) / (window.bottom - window.top),
  };
}

const windowOf = (box: Box, { width, height }: Bitmap): Window => ({
  left: box.left / width,
  top: box.top / height,
  right: box.right / width,
  bottom: box.bottom / height,
});

/** True where a box of the raster has as many pixels of the picture a side as derived views need. */
const isLarge = (box: Box, raster: Bitmap, upright: Bitmap) =>
  ((box.right - box.left) * upright.width) / raster.width >= leastSide &&
  ((box.bottom - box.top) * upright.height) / raster.height >= leastSide;

function trimsOf(raster: Bitmap, upright: Bitmap): ViewSource['trims'] {
  const close = closeTrim(raster);
  const wide = wideTrim(raster);
  const isSame = (a: Box, b: Box) =>
    a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
  const whole: Box = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  const leaves = (box: Box) => !isSame(box, whole) && isLarge(box, raster, upright);
  return {
    ...(leaves(close) ? { close: windowOf(close, raster) } : {}),
    ...(leaves(wide) && !isSame(wide, close) ? { wide: windowOf(wide, raster) } : {}),
  };
}

/** A panel that overlaps with a trim by more than this shows the same. */
const mostOfTrim = 0.97;

const panelsIn = (raster: Bitmap, upright: Bitmap, { close, wide }: ViewSource['trims']): Window[] =>
  panelsOf(raster)
    .filter((box) => isLarge(box, raster, upright))
    .map((box) => windowOf(box, raster))
    .filter((window) => [close, wide].every((trim) => !trim || overlapOf(window, trim) < mostOfTrim));

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
