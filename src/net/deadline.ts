import { setMaxListeners } from 'node:events';

/** A time limit and an outer signal in one. Call `clear` when the work has ended, or the timer holds the process. */
export interface Deadline {
  /** Aborts when the time is up or the outer signal aborts. */
  readonly signal: AbortSignal;
  /** True once the time was up, before the outer signal aborted. */
  readonly expired: () => boolean;
  clear(): void;
}

/** Starts the clock. (AbortSignal.any would leave a trace on the run's long-lived signal for every asset.) */
export function startDeadline(milliseconds: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  let expired = false;
  const stop = () => controller.abort(outer?.reason);
  const timer = setTimeout(() => {
    expired = true;
    controller.abort(new Error('time limit'));
  }, milliseconds);
  // Every asset of a run listens to one signal: Node would take more than ten for a leak, and warn.
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

/** `work`, or a rejection with the signal's reason, whichever comes first; late results are dropped. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
