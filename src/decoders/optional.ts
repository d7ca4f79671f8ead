import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Skip } from '../core/index.js';

/** Folder of a package that need not be installed. Raises Skip('decoder-missing') where it is not. */
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
