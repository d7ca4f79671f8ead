import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

/**
 * At its end, Node below 24 sets the terminal back as it found it, and aborts where the terminal is gone by then: the run would
 * end by SIGABRT instead of its exit code. It leaves alone what is closed. https://github.com/nodejs/node/issues/51519
 */
export function outliveTerminal(): void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd));
  if (terminals.length === 0) return;
  process.on('exit', () => {
    for (const fd of terminals) if (!isatty(fd)) closeSync(fd);
  });
}
