import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds for which a changed file is not trusted (`tooFresh` of fetchers/file.ts), and a bit. */
const fresh = 55;

/** The newest change of a path and of all below it; no program can set that time. */
function newestChange(path: string): number {
  const stats = lstatSync(path);
  const below = stats.isDirectory() ? readdirSync(path).map((name) => newestChange(join(path, name))) : [];
  return Math.max(stats.ctimeMs, ...below);
}

/** Comes back once the times of a file, or of all below a directory, are old enough to be trusted: at once, where they are. */
export async function settled(path: string): Promise<void> {
  for (let left = 1; left > 0; ) {
    left = newestChange(path) + fresh - Date.now();
    if (left > 0) await delay(left);
  }
}
