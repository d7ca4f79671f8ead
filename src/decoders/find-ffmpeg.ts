import { accessSync, constants } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The absolute path of ffmpeg: the first executable file of that name in the folders of `PATH`. Undefined where there
 * is none.
 * @example
 * const scanner = createScanner({ lists, ffmpeg: findFfmpeg(process.env) });
 */
export function findFfmpeg(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  // A relative folder could be one that somebody uploads files to.
  const folders = (environment.PATH ?? '').split(delimiter).filter(isAbsolute);
  const file = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  return folders
    .map((folder) => join(folder, file))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
