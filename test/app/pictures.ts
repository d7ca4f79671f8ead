import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashPictures } from '../../src/app/index.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

/** Everything in this process, and nothing remembered but where a test says so. */
export const here = { workers: 0, useLedger: false } as const;

/** A folder with drawn pictures, `1.png`, `2.png`, …, and lists of some of them. */
export async function drawnFolder(pictures: number) {
  const dir = tempDir();
  const uploads = join(dir, 'uploads');
  mkdirSync(uploads);
  for (let seed = 1; seed <= pictures; seed++)
    await draw(seed, 96, 96)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  const at = (name: string) => join(dir, name);
  const picture = (seed: number) => join(uploads, `${seed}.png`);
  /** Hash of a picture, hexadecimal. */
  const hashOf = async (seed: number, algorithm = 'pdq'): Promise<string> => {
    const found: (string | null)[] = [];
    const keep = ({ hex }: { readonly hex: string | null }) => found.push(hex);
    await hashPictures([picture(seed)], { ...here, algorithms: [algorithm] }, {}, keep);
    return found[0]!;
  };
  /** Writes a list of pictures and returns its path. */
  const list = async (name: string, seeds: readonly number[], algorithm = 'pdq'): Promise<string> => {
    const rows: string[] = [];
    for (const seed of seeds) rows.push(`entry-${seed},${algorithm},${await hashOf(seed, algorithm)},csam\n`);
    writeFileSync(at(name), `id,algorithm,hash,category\n${rows.join('')}`);
    return at(name);
  };
  return { dir, uploads, at, picture, hashOf, list };
}

/** A voice that keeps what it hears. */
export function listener() {
  const heard: string[] = [];
  return { heard, voice: { say: (line: string) => void heard.push(line) } };
}
