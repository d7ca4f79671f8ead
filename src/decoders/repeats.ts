import type { Picture } from './ppm.js';

/** Samples of a picture that are compared. */
const sampled = 100_000;
/** Levels of brightness, 0…255, that no sample of a black picture exceeds. */
const black = 32;
/** Levels that the samples of a repeated picture differ by, on average. */
const same = 0.5;

/** Tells which pictures of a track need no look: black ones, and those like the last that was looked at. */
export class Repeats {
  #last: Uint8Array | undefined;

  isWorthLooking({ data }: Picture): boolean {
    let stride = Math.max(1, Math.floor(data.length / sampled));
    while (stride > 1 && (stride % 2 === 0 || stride % 3 === 0)) stride += 1;
    const samples = new Uint8Array(Math.ceil(data.length / stride));
    let brightest = 0;
    for (let i = 0, at = 0; at < data.length; i++, at += stride) {
      samples[i] = data[at]!;
      if (data[at]! > brightest) brightest = data[at]!;
    }
    if (brightest <= black) return false;
    const last = this.#last;
    if (last?.length === samples.length) {
      let difference = 0;
      for (let i = 0; i < samples.length; i++) difference += Math.abs(samples[i]! - last[i]!);
      if (difference <= same * samples.length) return false;
    }
    this.#last = samples;
    return true;
  }
}
