import type { ChalkInstance } from 'chalk';
import type { Theme } from '../options/index.js';
import { type Palette, plain } from '../outputs/index.js';
import type { Terminal } from './terminal.js';

/** Themes whose colours stay distinct on a terminal with sixteen colours, or for people with colour-blindness. */
const palettes = {
  default: (chalk: ChalkInstance): Palette => ({
    alarm: chalk.bold.red,
    possible: chalk.magenta,
    failure: chalk.yellow,
    test: chalk.green,
    aside: chalk.dim,
    place: chalk.cyan,
  }),
  // Okabe and Ito's colours (https://jfly.uni-koeln.de/color/) on terminals with more than sixteen: no red beside
  // green. An alarm is also marked by a block.
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
} satisfies Record<Theme, (chalk: ChalkInstance) => Palette>;

/**
 * The colours for standard output or standard error; plain where that stream gets none. Loads chalk only where it is
 * needed.
 */
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
