import type { Bitmap, Frame } from '../core/types.js';
import { isSeeThrough, lumaOn } from './flattened.js';
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
}

export function viewSource(frame: Frame): ViewSource {
  const upright = once(() => turnUpright(frame.bitmap, frame.orientation));
  const raster = once(() => lumaRaster(upright()));
  const seeThrough = once(() => isSeeThrough(frame.bitmap));
  const isSmall = () => Math.min(upright().width, upright().height) < leastSide;
  const trims = once(() =>
    isSmall() || !maybeBorder(edgeLines(upright())) ? {} : trimsOf(raster(), upright()),
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
    sampled(window) {
      const aspect = upright().width / upright().height;
      const isBent = window.turn !== undefined && Math.max(aspect, 1 / aspect) > mostAspect;
      return isSmall() || isBent ? undefined : sampleWindow(raster(), window, aspect);
    },
    get trims() {
      return trims();
    },
  };
}

function trimsOf(raster: Bitmap, upright: Bitmap): ViewSource['trims'] {
  const close = closeTrim(raster);
  const wide = wideTrim(raster);
  const isSame = (a: Box, b: Box) =>
    a.left === b.left && a.top === b.top && a.right === b.right && a.bottom === b.bottom;
  const whole: Box = { left: 0, top: 0, right: raster.width, bottom: raster.height };
  const isLarge = (box: Box) =>
    ((box.right - box.left) * upright.width) / raster.width >= leastSide &&
    ((box.bottom - box.top) * upright.height) / raster.height >= leastSide;
  const windowOf = (box: Box): Window => ({
    left: box.left / raster.width,
    top: box.top / raster.height,
    right: box.right / raster.width,
    bottom: box.bottom / raster.height,
  });
  return {
    ...(!isSame(close, whole) && isLarge(close) ? { close: windowOf(close) } : {}),
    ...(!isSame(wide, whole) && !isSame(wide, close) && isLarge(wide) ? { wide: windowOf(wide) } : {}),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
