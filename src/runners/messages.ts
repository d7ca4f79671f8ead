import type { Again, Answer, Known } from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';

/** An asset to fingerprint. */
export interface Task {
  readonly ref: AssetRef;
  /** What the parent fetched. Absent for a local file, which the worker reads itself. */
  readonly asset?: Asset | undefined;
  readonly known?: Known | undefined;
  readonly again?: Again | undefined;
  /** How many answers of an earlier process the caller has not taken yet. */
  readonly untaken?: number | undefined;
}

/**
 * What the parent sends to a decoding process: first its setup, then jobs, and how many answers the caller has taken.
 */
export type ToWorker =
  | { readonly setup: unknown; readonly limits: WatchLimits }
  | (Task & { readonly id: number })
  | { readonly id: number; readonly taken: number }
  /** The caller wants no more answers of this job. */
  | { readonly id: number; readonly stop: true }
  /** There is room for the request with this number. */
  | { readonly go: number };

/** What a decoding process sends to its parent. */
export type FromWorker =
  | { readonly ready: true }
  /** The process cannot decode on this machine at all, for this reason. */
  | { readonly unequipped: string }
  /**
   * The process sends this every `beatEvery` while its event loop runs: a process that someone stopped cannot watch
   * itself.
   */
  | { readonly alive: true }
  /** Requests room for so many pixels, or returns it: large pictures take turns over all processes. */
  | { readonly enter: number; readonly weight: number }
  | { readonly leave: number }
  /** One answer of a job. That of the asset itself comes last. */
  | { readonly id: number; readonly answer: Answer }
  /** The process has stopped a job that the parent told it to stop. */
  | { readonly id: number; readonly stopped: true }
  /** A defect of ours: the run stops with an error, as it would in one process. */
  | { readonly id: number; readonly defect: string };

/** What a decoding process may use before its watchdog ends it. */
export interface WatchLimits {
  /** Seconds for which its event loop may stand still. */
  readonly silentSeconds: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

/** How a decoding process ended without being told to. */
export interface End {
  readonly why: string;
  /**
   * True where the parent ended it because it was silent. That may be no asset's fault, so the next run tries again.
   */
  readonly isSilent: boolean;
}

/** How often a decoding process reports that it is alive, milliseconds. */
export const beatEvery = 1000;

/** How many answers of one job may be on their way, so that an archive does not fill the parent's memory. */
export const unacknowledged = 64;

/** The signal by which the watchdog ends a process without progress. It ends one with too much memory by SIGKILL. */
export const stuckSignal = 'SIGALRM';
