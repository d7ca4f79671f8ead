type Paint = (text: string) => string;

/** How words look, by what they mean: each gives its text back, with or without codes around it. Colour repeats what a word says. */
export interface Palette {
  /** A match. */
  readonly alarm: Paint;
  /** A match that is no more than possible. */
  readonly possible: Paint;
  /** What failed, or is not complete. */
  readonly failure: Paint;
  /** The test picture. */
  readonly test: Paint;
  /** What needs nobody. */
  readonly aside: Paint;
  /** A path or an address. */
  readonly place: Paint;
}

const asItIs: Paint = (text) => text;

/**
 * For files, pipes, and whoever wants no colours.
 * @example
 * outputFormats.text.create({ palette: plainPalette, verbose: true });
 */
export const plain: Palette = {
  alarm: asItIs,
  possible: asItIs,
  failure: asItIs,
  test: asItIs,
  aside: asItIs,
  place: asItIs,
};
