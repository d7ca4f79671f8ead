import type { Again, Answer, Known } from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';

/** An asset to fingerprint. */
export interface Task {
  readonly ref: AssetRef;
  /** What the parent fetched; absent for a local file, which the worker reads itself. */
  readonly asset?: Asset | undefined;
  readonly known?: Known | undefined;
  readonly again?: Again | undefined;
  /** Answers of an earlier process that nobody took yet. */
  readonly untaken?: number | undefined;
}

/** What a decoding process is told: first its setup, then one job after the other, and how many answers were taken. */
export type ToWorker =
  | { readonly setup: unknown; readonly limits: WatchLimits }
  | (Task & { readonly id: number })
  | { readonly id: number; readonly taken: number }
  /** Nobody wants the rest of this job. */
  | { readonly id: number; readonly stop: true }
  /** There is room for what asked under this number. */
  | { readonly go: number };

export type FromWorker =
  | { readonly ready: true }
  /** It cannot work on this machine, whatever it is given: why. */
  | { readonly unequipped: string }
  /** Sent every `beatEvery` while the event loop turns: a process that was stopped cannot watch itself. */
  | { readonly alive: true }
  /** Asks for room for so many pixels, and gives it back: large pictures take turns over all processes. */
  | { readonly enter: number; readonly weight: number }
  | { readonly leave: number }
  /** One of the answers of a job: that of the asset itself is the last. */
  | { readonly id: number; readonly answer: Answer }
  /** No more is done for a job whose rest nobody wants. */
  | { readonly id: number; readonly stopped: true }
  /** A defect of ours: the run stops loudly, as it would in one process. */
  | { readonly id: number; readonly defect: string };

/** What a decoding process may take before its watchdog ends it. */
export interface WatchLimits {
  /** Seconds without a turn of its event loop. */
  readonly silentSeconds: number;
  /** Bytes of resident memory. */
  readonly memory: number;
}

/** How a decoding process ended without being told to. */
export interface End {
  readonly why: string;
  /** True where it was silent, and was ended by its parent: that may be nobody's fault, and the next run tries again. */
  readonly isSilent: boolean;
}

/** How often a decoding process says that it is alive, milliseconds. */
export const beatEvery = 1000;

/** Answers of one job that may be on their way, so that an archive does not fill the parent's memory. */
export const unacknowledged = 64;

/** Signal that the watchdog ends a process with when it makes no progress; memory ends it with SIGKILL. */
export const stuckSignal = 'SIGALRM';
