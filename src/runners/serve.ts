import { writeFileSync } from 'node:fs';
import type { Failed, Known } from '../core/scan.js';
import type { Asset, AssetRef, FingerprintedAsset } from '../core/types.js';
import type { FromWorker, ToWorker } from './messages.js';
import { startWatchdog } from './watchdog.js';

/** Fingerprints one asset; `asset` where the parent fetched it. */
export type Work = (job: {
  readonly ref: AssetRef;
  readonly asset?: Asset | undefined;
  readonly known?: Known | undefined;
}) => Promise<FingerprintedAsset | Failed>;

/**
 * The life of a decoding process: takes its setup, then jobs, until the parent goes away. `wire` gets what
 * `PoolOptions.setup` holds.
 */
export function serve(wire: (setup: unknown) => Work): void {
  const parent = process.ppid;
  // Ctrl-C reaches every process of the terminal: what is under way ends when the parent says so.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  hardenProcess();
  const answer = (message: FromWorker) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  };
  let work: Work | undefined;
  process.on('message', (message: ToWorker) => {
    if ('setup' in message) {
      work = wire(message.setup);
      startWatchdog(message.limits, parent);
      answer({ ready: true });
      return;
    }
    const { id } = message;
    work!(message).then(
      (fingerprinted) => answer({ id, answer: fingerprinted }),
      (error: unknown) =>
        answer({ id, defect: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}

/** Linux: a core dump would write pixels to disk, and memory pressure should take this process, not the parent. */
function hardenProcess(): void {
  if (process.platform !== 'linux') return;
  for (const [name, value] of [
    ['coredump_filter', '0'],
    ['oom_score_adj', '1000'],
  ] as const) {
    try {
      writeFileSync(`/proc/self/${name}`, value);
    } catch {
      // A container may keep /proc read-only; nothing depends on it.
    }
  }
}
