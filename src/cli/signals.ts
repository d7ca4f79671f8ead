/** What asks the program to end: Ctrl-C, `kill`, and a terminal that went away. */
const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Milliseconds in which a second signal is the first one told twice: a terminal signals `npx` and the program, and
 * `npx` passes it on; `timeout` signals the program, and then its whole process group.
 */
const toldTwice = 500;

/**
 * Aborts on the first signal, so that the run ends orderly. Later ones end the program at once, by the action of the operating
 * system, which no code of ours can hold up. Until then the listener stays: a library that finds itself alone with the
 * signal (signal-exit, of ora) would end the program in the middle of its outputs.
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
