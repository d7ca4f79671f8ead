import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * Node below 24 restores the terminal's settings at its end, and aborts where the terminal is gone by then: the run
 * would end by SIGABRT instead of its exit code. Node does not do so for streams that are closed, so this closes them.
 * https://github.com/nodejs/node/issues/51519
 */
export function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  if (terminals.length === 0) return;
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}
