import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, place } from './processes.js';

// A file appears under its name only once it is complete; until then it is a part, whose name holds its owner. The next
// process removes what a killed one left. The number of a process alone does not identify the owner, because machines
// and containers that share a directory use the same numbers.

/** Milliseconds after which an untouched part of another machine or container counts as abandoned. */
const patience = 24 * 3600 * 1000;
/** Milliseconds between two touches of a part that stays open for long. */
export const touchEvery = patience / 8;

/** Identifies this process in the names of its parts. */
export const owner = `${place}-${process.pid}`;

/**
 * Removes the parts that killed processes left in a directory. `isOurs` tells by the name, without its owner, which
 * files are parts.
 */
export async function removeAbandoned(directory: string, isOurs: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(directory)) {
    const [, start, of] = /^(.*)\.([0-9a-f]{8}-[1-9]\d{0,9})\.part$/s.exec(name) ?? [];
    if (start === undefined || !isOurs(start)) continue;
    const path = join(directory, name);
    const touched = async () => (await lstat(path).catch(() => undefined))?.mtimeMs;
    if (await isLeftBehind(of!, touched)) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * True where the owner of a part is a process that has ended. For an owner on another machine or in another container
 * nobody knows that: there, true where the part was not `touched` for a day (milliseconds since 1970; undefined for a
 * part that is gone).
 */
export async function isLeftBehind(of: string, touched: () => Promise<number | undefined>): Promise<boolean> {
  const [where, pid] = of.split('-');
  // A part of this process's number that this process has not begun was left by an earlier process.
  if (where === place) return Number(pid) === process.pid || !isRunning(Number(pid));
  const time = await touched();
  return time !== undefined && Date.now() - time > patience;
}
