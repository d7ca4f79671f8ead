import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { has, programPath } from './programs.js';

/**
 * Runs a script of bash as root, on a machine that is this one at its beginning and is forgotten at its end: what is
 * written goes to memory (overlayfs in a mount namespace of its own). Where that is not allowed and the machine is one to
 * be thrown away (HASHSIEVE_DISPOSABLE=1, as in a pipeline), it runs on the machine itself.
 *
 * @param shared - absolute path of a folder that the script finds at the same path
 */
export function onThrowawayMachine(script: string, shared: string) {
  const file = join(shared, 'script.sh');
  writeFileSync(file, `set -euo pipefail\n${script}`);
  const { status, stdout, stderr } = canOverlay()
    ? enter(overlay, shared, file)
    : spawnSync(programPath('bash'), ['--norc', file], options);
  return { code: status, stdout, stderr };
}

/** Whether a throwaway machine can be had here. */
export const hasThrowawayMachine = (): boolean =>
  process.geteuid?.() === 0 &&
  process.platform === 'linux' &&
  has('bash') &&
  has('unshare') &&
  (process.env.HASHSIEVE_DISPOSABLE === '1' || canOverlay());

const options = {
  encoding: 'utf8' as const,
  // A shell whose input is a socket takes itself for one of a remote login, and reads more files.
  stdio: ['ignore' as const, 'pipe' as const, 'pipe' as const],
  env: {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: process.env.HOME,
    LC_ALL: 'C.UTF-8',
  },
  timeout: 280_000,
};

const overlay = `
work=$(mktemp -d)
mount -t tmpfs -o size=2g tmpfs "$work"
mkdir "$work/upper" "$work/work" "$work/whole"
mount -t overlay overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/work" "$work/whole"
mkdir -p "$work/whole$1"
mount --bind "$1" "$work/whole$1"
mount -t proc proc "$work/whole/proc"
mount --rbind /dev "$work/whole/dev"
exec chroot "$work/whole" bash --norc "$2"
`;

let isOverlaid: boolean | undefined;
function canOverlay(): boolean {
  if (isOverlaid !== undefined) return isOverlaid;
  const folder = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  isOverlaid = enter(overlay.replace(/exec chroot.*/, 'true'), folder, '').status === 0;
  rmSync(folder, { recursive: true });
  return isOverlaid;
}

const enter = (setup: string, ...args: readonly string[]) =>
  spawnSync(
    programPath('unshare'),
    ['--mount', '--propagation', 'private', 'bash', '-euc', setup, 'bash', ...args],
    options,
  );
