import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { printable, UsageError } from '../core/index.js';

/** The function that the package sharp exports. */
export type Sharp = typeof import('sharp').default;

/**
 * Loads the installed package sharp. Raises UsageError where it is missing or does not load: no decoder works then, and
 * no picture is at fault.
 */
export function loadSharp(): Sharp {
  try {
    // `require` loads the many small modules of sharp in half of the time that `import` takes.
    return createRequire(import.meta.url)('sharp') as Sharp;
  } catch (error) {
    throw new UsageError(
      `no picture can be decoded: ${whyNot(error)}; ${sharpWayOut}. hashsieve doctor tells more`,
      {
        cause: error,
      },
    );
  }
}

/** Tells the user what to do where sharp does not load; a part of a sentence. */
export const sharpWayOut =
  'run npm ci on this machine, without --omit=optional and not copied from another, whose system or libc may differ';

/**
 * Raises UsageError where sharp has no build for this machine. It first looks for the files of the build, because
 * loading sharp takes as long as a scan of one picture. It loads sharp only where it does not find them.
 */
export function requireSharp(): void {
  if (!hasBuild()) loadSharp();
}

/** True where the package with the build for this machine is installed. It may still fail to load. */
function hasBuild(): boolean {
  try {
    const paths = [dirname(createRequire(import.meta.url).resolve('sharp'))];
    const fromSharp = (name: string) => createRequire(import.meta.url).resolve(name, { paths });
    const libc = createRequire(import.meta.url)(fromSharp('detect-libc')) as {
      isNonGlibcLinuxSync(): boolean;
      familySync(): string | null;
    };
    const family = libc.isNonGlibcLinuxSync() ? libc.familySync() : '';
    fromSharp(`@img/sharp-${process.platform}${family}-${process.arch}/sharp.node`);
    return true;
  } catch {
    return false;
  }
}

/**
 * The reason why sharp does not load: one line of at most 400 characters that is safe to print. It leaves out the
 * advice for programmers in sharp's own message.
 */
export function whyNot(error: unknown): string {
  const { message = String(error), code } = error as NodeJS.ErrnoException;
  const [first = '', ...others] = message.split(/\n(?:Possible solutions|Require stack):/)[0]!.split('\n');
  if (code === 'MODULE_NOT_FOUND' && /'sharp'/.test(first)) return 'the package sharp is not installed';
  const reason = [
    first.replace(
      /^Could not load the "sharp" module using the (\S+) runtime$/,
      'sharp has no build for this machine ($1) that loads',
    ),
    ...others,
  ]
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/Cannot find (module|package)/.test(line));
  return printable(reason.join(': ')).slice(0, 400) || 'sharp does not load';
}
