import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

const orNothing = (read: () => string): string => {
  try {
    return read();
  } catch {
    return '';
  }
};

/** Where this process runs. Boot and container are empty where the system does not tell them (it does on Linux only). */
export const here = {
  host: hostname(),
  boot: orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  container: orNothing(() => readlinkSync('/proc/self/ns/pid')),
} as const;

/** Names this machine since it was started, and the container: where a number means one process. */
export const place = createHash('sha256')
  .update(JSON.stringify([here.host, here.boot, here.container]))
  .digest('hex')
  .slice(0, 8);

/** What the system says of a process: when it was started (ticks since the machine was), and whether it has ended. */
function statusOf(pid: number): { readonly started: string; readonly ended: boolean } | undefined {
  const text = orNothing(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The name of the program stands in brackets and may hold blanks and brackets itself.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields[18];
  return started === undefined ? undefined : { started, ended: state === 'Z' || state === 'X' };
}

/** When a process of this machine was started; undefined where the system does not say (it does on Linux only). */
export const startOf = (pid: number): string | undefined => statusOf(pid)?.started;

/**
 * True while a process of this machine runs: the one that was started then, not a later one of the same number. Where
 * the system does not say when a process was started, its number alone counts.
 */
export function isRunning(pid: number, started?: string): boolean {
  if (!exists(pid)) return false;
  const status = statusOf(pid);
  // Other users' processes may be hidden; and it may have ended since it was asked for.
  if (!status) return exists(pid);
  return !status.ended && (started === undefined || status.started === started);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}
