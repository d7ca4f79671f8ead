import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { describe, it } from 'vitest';
import { hasThrowawayMachine } from './machine.js';
import packages from './programs.json' with { type: 'json' };

/**
 * What tests may need that Node and npm do not bring: helper programs, and properties of the machine. Tests ask for it
 * here and nowhere else. Where it is missing they are skipped, and their title says what is missing and how to get it.
 *
 * `programs.json` names the programs, each with Debian's package that has it. `.ci/run` installs all of them and fails
 * when a test was skipped; `npm test` passes without any.
 */
export type Program = keyof typeof packages;

/** Properties of the machine: whether it has them, and how a tester comes by them. */
const properties = {
  Linux: [process.platform === 'linux', 'run the tests under Linux'],
  POSIX: [process.platform !== 'win32', 'run the tests under anything but Windows'],
  root: [process.geteuid?.() === 0, 'run the tests as root'],
  '/dev/full': [existsSync('/dev/full'), 'run the tests under Linux'],
  get 'a throwaway machine'() {
    return [hasThrowawayMachine(), 'run the tests as root of a Linux that allows overlayfs'] as const;
  },
} as const;

export type Need = Program | keyof typeof properties;

const isProgram = (need: Need): need is Program => Object.hasOwn(packages, need);

/**
 * Where the path of the tests has this program; Debian keeps servers in `sbin`, which the path of a user leaves out. What
 * is named by an absolute path, such as a module of Python, is there or not.
 */
function find(program: Program): string | undefined {
  if (isAbsolute(program)) return existsSync(program) ? program : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return [...folders, ...folders.map((folder) => folder.replace(/\bbin\/?$/, 'sbin'))]
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Whether this machine has it. */
export const has = (need: Need): boolean =>
  isProgram(need) ? find(need) !== undefined : properties[need][0];

/** Absolute path of a program. Throws where it is missing: the test has not asked for it by `describeWith` or `itWith`. */
export function programPath(program: Program): string {
  const path = find(program);
  if (path === undefined) throw new Error(`${program} is missing: ask for it by describeWith or itWith`);
  return path;
}

const howTo = (need: Need): string =>
  isProgram(need) ? `${need} (apt-get install ${packages[need]})` : `${need} (${properties[need][1]})`;

const titled = (title: string, missing: readonly Need[]): string =>
  missing.length === 0 ? title : `${title} [needs ${missing.map(howTo).join(', ')}]`;

/** What the full title of a skipped test says to be missing, each with how to get it. */
export const missingIn = (title: string): readonly string[] =>
  [...title.matchAll(/\[needs ([^\]]*)\]/g)].flatMap(([, all]) => all!.split(', '));

/** A group of tests that need all of these; programs are run in its hooks and tests only, not while it is collected. */
export function describeWith(needs: readonly Need[], title: string, body: () => void): void {
  const missing = needs.filter((need) => !has(need));
  describe.skipIf(missing.length > 0)(titled(title, missing), body);
}

/** A test that needs all of these. */
export function itWith(needs: readonly Need[], title: string, body: () => unknown, timeout?: number): void {
  const missing = needs.filter((need) => !has(need));
  it.skipIf(missing.length > 0)(titled(title, missing), body as () => Promise<void>, timeout);
}
