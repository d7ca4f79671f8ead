import type { Bitmap } from '../core/types.js';
import { bitmapOf } from './pixels.js';

/** Where and how a viewer draws a frame onto the canvas (PNG 3rd edition, fcTL). */
export interface Placement {
  /** Pixels from the left edge of the canvas to the frame. */
  readonly x: number;
  /** Pixels from the top edge of the canvas to the frame. */
  readonly y: number;
  /** Width of the frame in pixels. */
  readonly width: number;
  /** Height of the frame in pixels. */
  readonly height: number;
  /**
   * What the viewer does with the frame's area before it draws the next frame: 0 keeps it, 1 clears it, 2 restores the
   * pixels from before the frame.
   */
  readonly dispose: number;
  /** 0: the frame replaces the pixels below it. 1: the viewer blends the frame over them. */
  readonly blend: number;
}

/** The picture that the frames of an animation have built up so far, in RGBA. It begins transparent. */
export class Canvas {
  readonly #data: Uint8Array;
  /** The pixels from before the last frame, where its placement asks to restore them. */
  #before: Uint8Array | undefined;
  #last: Placement | undefined;

  /** Width and height are in pixels. */
  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#data = new Uint8Array(width * height * 4);
  }

  /** Calls `visit` for every row of a frame with the offsets in `#data` where the row begins and ends. */
  #eachRow(at: Placement, visit: (from: number, until: number, row: number) => void): void {
    for (let row = 0; row < at.height; row++) {
      const from = ((at.y + row) * this.width + at.x) * 4;
      visit(from, from + at.width * 4, row);
    }
  }

  #disposeLast(): void {
    const last = this.#last;
    if (last?.dispose === 1) this.#eachRow(last, (from, until) => this.#data.fill(0, from, until));
    if (this.#before) this.#data.set(this.#before);
    this.#before = undefined;
  }

  /**
   * Clears up after the last frame as its `dispose` says, then draws this one. The bitmap must have the size of the
   * placement, and the placement must lie inside the canvas.
   */
  draw({ channels, data }: Bitmap, at: Placement): void {
    this.#disposeLast();
    if (at.dispose === 2) this.#before = this.#data.slice();
    this.#last = at;
    const out = this.#data;
    this.#eachRow(at, (from, until, row) => {
      let i = row * at.width * channels;
      for (let o = from; o < until; o += 4, i += channels) {
        const alpha = channels === 4 ? data[i + 3]! : 255;
        const under = at.blend === 1 ? Math.round((out[o + 3]! * (255 - alpha)) / 255) : 0;
        if (at.blend === 1 && alpha === 0) continue;
        for (let c = 0; c < 3; c++) {
          const over = data[channels === 1 ? i : i + c]!;
          out[o + c] =
            under === 0 ? over : Math.round((over * alpha + out[o + c]! * under) / (alpha + under));
        }
        out[o + 3] = alpha + under;
      }
    });
  }

  /** A copy of the current picture. */
  bitmap(): Bitmap {
    return bitmapOf(this.width, this.height, 4, this.#data.slice());
  }
}
