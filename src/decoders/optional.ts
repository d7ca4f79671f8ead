import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Skip } from '../core/index.js';

/**
 * The folder of an optional package. Raises Skip('decoder-missing') where it is not installed. The message names
 * `format`, what the package reads.
 */
export function packageFolder(name: string, format: string): string {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    throw new Skip(
      'decoder-missing',
      `${format} is read by ${name}, which is not installed: npm install ${name}`,
    );
  }
}
