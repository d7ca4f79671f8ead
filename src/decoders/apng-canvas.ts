import type { Bitmap } from '../core/types.js';
import { bitmapOf } from './pixels.js';

/** Where and how a frame goes onto the canvas (PNG 3rd edition, fcTL). */
export interface Placement {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /**
   * What happens to the frame's area before the next frame: 0 keeps it, 1 clears it, 2 restores what was there before
   * the frame.
   */
  readonly dispose: number;
  /** 0 replaces what is there, 1 blends the frame over it. */
  readonly blend: number;
}

/** The picture that an animation has built up so far, in RGBA. */
export class Canvas {
  readonly #data: Uint8Array;
  #before: Uint8Array | undefined;
  #last: Placement | undefined;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#data = new Uint8Array(width * height * 4);
  }

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

  /** Draws a frame of exactly the placement's size, which lies inside the canvas. */
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
