import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, place } from './processes.js';

// What is written appears under its name only once it is whole; until then it is a part, named after its owner, and what a
// killed process leaves behind is removed by the next. The number of a process alone does not tell who that is: machines and
// containers that share a directory have the same numbers.

/** How long nobody must have touched a part of another place before it counts as left behind, milliseconds. */
const patience = 24 * 3600 * 1000;
/** How often a part that stays open long is to be touched, milliseconds. */
export const touchEvery = patience / 8;

/** Names this process, in the names of its parts. */
export const owner = `${place}-${process.pid}`;

/** Removes what killed processes have left in a directory, of what `isOurs` by its name without owner. */
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
 * True for what belongs to a process that is no more. Of another machine or container nobody knows: there, for what was not
 * `touched` (milliseconds since 1970; undefined for what is gone) for a day.
 */
export async function isLeftBehind(of: string, touched: () => Promise<number | undefined>): Promise<boolean> {
  const [where, pid] = of.split('-');
  // What this process has not begun to write was left by another of its number.
  if (where === place) return Number(pid) === process.pid || !isRunning(Number(pid));
  const time = await touched();
  return time !== undefined && Date.now() - time > patience;
}
