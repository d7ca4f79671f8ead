import type { Failed, Known } from '../core/scan.js';
import type { Asset, AssetRef, FingerprintedAsset } from '../core/types.js';

/** What a decoding process is told: first its setup, then one job after the other. */
export type ToWorker =
  | { readonly setup: unknown; readonly limits: WatchLimits }
  | {
      readonly id: number;
      readonly ref: AssetRef;
      /** What the parent fetched; absent for a local file, which the worker reads itself. */
      readonly asset?: Asset | undefined;
      readonly known?: Known | undefined;
    };

export type FromWorker =
  | { readonly ready: true }
  | { readonly id: number; readonly answer: FingerprintedAsset | Failed }
  /** A defect of ours: the run stops loudly, as it would in one process. */
  | { readonly id: number; readonly defect: string };

/** What a decoding process may take before its watchdog ends it. */
export interface WatchLimits {
  /** Seconds without a turn of its event loop. */
  readonly silentSeconds: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

/** Signal that the watchdog ends a process with when it makes no progress; memory ends it with SIGKILL. */
export const stuckSignal = 'SIGALRM';
