import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { filesMatching, isPattern } from '../sources/index.js';

/**
 * Replaces every pattern among the paths by the files that it matches. Raises UsageError for a pattern that matches no
 * file.
 */
export async function filesOf(paths: readonly string[], directory: string): Promise<string[]> {
  const files: string[] = [];
  for (const path of paths)
    if (path === '-' || existsSync(resolve(directory, path)) || !(await isPattern(path))) files.push(path);
    else files.push(...(await filesMatching(path, directory)));
  return [...new Set(files)];
}
