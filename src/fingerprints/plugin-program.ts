import { spawnSync } from 'node:child_process';
import { printable, StageError } from '../core/index.js';
import type { Bitmap } from '../core/types.js';
import type { RawHash } from './types.js';

/** Milliseconds that a program may take for one picture in all its ways of being looked at. */
const longest = 30_000;
/** Bytes that it may write. */
const mostOutput = 1 << 20;

/**
 * Makes the function that has a program hash pictures: it writes them to the program's input as binary PPM, one after
 * the other, and reads a line for each, a hash in hexadecimal and maybe its quality. The program gets no environment
 * but PATH, which is `searchPath`. Raises StageError('fingerprint', 'plugin-failed'), without
 * the hashes, where the program fails or answers anything else.
 */
export const hashesByProgram =
  ([program, ...args]: readonly string[], searchPath = '') =>
  (bitmaps: readonly Bitmap[]): readonly RawHash[] => {
    const ran = spawnSync(program!, args, {
      input: Buffer.concat(bitmaps.map(ppmOf)),
      timeout: longest,
      killSignal: 'SIGKILL',
      maxBuffer: mostOutput,
      env: { PATH: searchPath },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const refuse = (what: string) =>
      new StageError('fingerprint', 'plugin-failed', `the plug-in ${printable(program!)} ${what}`);
    if (ran.error) throw refuse(`failed: ${(ran.error as NodeJS.ErrnoException).code ?? ran.error.message}`);
    if (ran.status !== 0) throw refuse(`ended with ${ran.status ?? ran.signal}`);
    const lines = ran.stdout.toString('latin1').trim().split(/\r?\n/);
    if (lines.length !== bitmaps.length)
      throw refuse(`wrote ${lines.length} lines for ${bitmaps.length} pictures`);
    return lines.map((line) => {
      const [, hex, quality] = /^([0-9a-f]+)(?: (\d{1,3}))?$/i.exec(line.trim()) ?? [];
      if (hex === undefined) throw refuse('wrote a line that is no hash');
      return { hex: hex.toLowerCase(), ...(quality === undefined ? {} : { quality: Number(quality) }) };
    });
  };

/** A picture as binary PPM. Transparent pixels keep their colours; grey becomes three equal colours. */
function ppmOf({ width, height, channels, data }: Bitmap): Buffer {
  const pixels = Buffer.alloc(width * height * 3);
  for (let from = 0, to = 0; to < pixels.length; from += channels, to += 3)
    for (let k = 0; k < 3; k++) pixels[to + k] = data[from + (channels === 1 ? 0 : k)]!;
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`), pixels]);
}
