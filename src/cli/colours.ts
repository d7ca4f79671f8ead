import type { ChalkInstance } from 'chalk';
import { type Palette, plain } from '../outputs/index.js';
import type { Terminal } from './terminal.js';

/** Colours that the terminal's own sixteen, or the eyes of whoever reads, can tell apart. */
const palettes = {
  default: (chalk: ChalkInstance): Palette => ({
    alarm: chalk.bold.red,
    possible: chalk.magenta,
    failure: chalk.yellow,
    test: chalk.green,
    aside: chalk.dim,
    place: chalk.cyan,
  }),
  // Okabe and Ito's colours (https://jfly.uni-koeln.de/color/), where there are more than sixteen: no red beside green; an alarm is a
  // block besides.
  'colour-blind': (chalk: ChalkInstance): Palette => {
    const one = (hex: `#${string}`, basic: ChalkInstance) => (chalk.level > 1 ? chalk.hex(hex) : basic);
    return {
      alarm: one('#d55e00', chalk.yellow).bold.inverse,
      possible: one('#e69f00', chalk.yellow),
      failure: one('#f0e442', chalk.yellowBright),
      test: one('#56b4e9', chalk.blueBright),
      aside: chalk.dim,
      place: chalk.bold,
    };
  },
  none: (): Palette => plain,
};

export type Theme = keyof typeof palettes;
export const themes = Object.keys(palettes) as readonly Theme[];

/** The colours of one of the two streams, which may be a terminal where the other is none. Loads the package only where it colours. */
export async function paletteOf(
  { colour }: Pick<Terminal, 'colour'>,
  stream: 'stdout' | 'stderr',
  theme: string = 'default',
): Promise<Palette> {
  if (!colour[stream] || theme === 'none') return plain;
  const { Chalk, supportsColor, supportsColorStderr } = await import('chalk');
  const { level } = (stream === 'stdout' ? supportsColor : supportsColorStderr) || { level: 1 as const };
  return palettes[theme as Theme](new Chalk({ level }));
}
