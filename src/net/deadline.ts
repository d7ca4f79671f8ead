import { setMaxListeners } from 'node:events';

/**
 * A time limit together with an outer signal. Call `clear` when the work has ended, because the timer keeps the process
 * alive.
 */
export interface Deadline {
  /** Aborts when the time is up, and when the outer signal aborts. */
  readonly signal: AbortSignal;
  /** True where the time was up before the outer signal aborted. */
  readonly expired: () => boolean;
  clear(): void;
}

/** Starts the time limit. (AbortSignal.any would leave a trace for every asset on the run's long-lived signal.) */
export function startDeadline(milliseconds: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new Error('time limit'));
  }, milliseconds);
  // Every asset of a run listens to this signal. Node would report more than ten listeners as a leak.
  if (outer) setMaxListeners(0, outer);
  if (outer?.aborted) stop();
  else outer?.addEventListener('abort', stop);
  return {
    signal: controller.signal,
    expired: () => expired,
    clear() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

/** Resolves as `work` does, or rejects with the signal's reason, whichever happens first. Later results are dropped. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
