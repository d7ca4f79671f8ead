type Paint = (text: string) => string;

/**
 * How words look, by their meaning. Each member returns its text, with or without colour codes around it. Colour only
 * repeats what the word says.
 */
export interface Palette {
  /** A match. */
  readonly alarm: Paint;
  /** A match whose confidence is `possible`. */
  readonly possible: Paint;
  /** A failure, or a run that is not complete. */
  readonly failure: Paint;
  /** The test picture. */
  readonly test: Paint;
  /** What needs no attention. */
  readonly aside: Paint;
  /** A path or an address. */
  readonly place: Paint;
}

const asItIs: Paint = (text) => text;

/**
 * For files, pipes, and users who want no colours.
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
