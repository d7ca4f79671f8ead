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

/**
 * The machine and container in which this process runs. Boot and container are empty where the system does not tell
 * them; only Linux does.
 */
export const here = {
  host: hostname(),
  boot: orNothing(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1')),
  container: orNothing(() => readlinkSync('/proc/self/ns/pid')),
} as const;

/** Identifies this machine since its last start, and the container. Within it a number stands for one process. */
export const place = createHash('sha256')
  .update(JSON.stringify([here.host, here.boot, here.container]))
  .digest('hex')
  .slice(0, 8);

/** What the system says about a process: its start (in ticks since the machine's start), and whether it has ended. */
function statusOf(pid: number): { readonly started: string; readonly ended: boolean } | undefined {
  const text = orNothing(() => readFileSync(`/proc/${pid}/stat`, 'latin1'));
  // The name of the program is in brackets and may itself contain blanks and brackets.
  const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const started = fields[18];
  return started === undefined ? undefined : { started, ended: state === 'Z' || state === 'X' };
}

/** When a process of this machine started; undefined where the system does not say; only Linux does. */
export const startOf = (pid: number): string | undefined => statusOf(pid)?.started;

/**
 * True while a process of this machine runs that started at `started`, so that a later process of the same number does
 * not count. Where the system does not tell the start, the number alone counts.
 */
export function isRunning(pid: number, started?: string): boolean {
  if (!exists(pid)) return false;
  const status = statusOf(pid);
  // The process may be another user's and hidden, or it may just have ended.
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
