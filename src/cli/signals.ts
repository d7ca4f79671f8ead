/** The signals that ask the program to end: Ctrl-C, `kill`, and a closed terminal. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Milliseconds within which a second signal counts as a copy of the first: a terminal signals both `npx` and the
 * program, and `npx` passes it on; `timeout` signals the program and then its whole process group.
 */
const toldTwice = 500;

/**
 * Returns a signal that aborts at the first signal of the system, so that the run ends in order. Further ones end the
 * program at once, by the system's own action, which our code cannot delay. The listener stays until then: if a library
 * (signal-exit, of ora) were the only listener, it would end the program before its outputs are complete.
 */
export function abortOnSignals(): AbortSignal {
  const stop = new AbortController();
  const release = () => {
    for (const name of names) process.removeListener(name, onSignal);
  };
  const onSignal = () => {
    if (stop.signal.aborted) return;
    stop.abort(new Error('interrupted'));
    setTimeout(release, toldTwice).unref();
  };
  for (const name of names) process.on(name, onSignal);
  return stop.signal;
}

/** Calls `listener` at a SIGHUP, which then no longer ends the program: services read their files again. */
export function onHangup(listener: () => void): void {
  process.removeAllListeners('SIGHUP');
  process.on('SIGHUP', listener);
}
