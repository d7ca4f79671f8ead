import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { root } from '../support/cli.js';
import { describeWith } from '../support/programs.js';

/** A program that is told to end, says so, and does not. */
const stuck = `
  import { abortOnSignals } from ${JSON.stringify(pathToFileURL(join(root, 'dist/cli/signals.js')).href)};
  abortOnSignals().addEventListener('abort', () => console.log('aborted'));
  setInterval(() => {}, 1000);
  console.log('ready');
`;

describeWith(['POSIX'], 'a signal', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'a first %s is told to the program, once; the second one ends it, whatever it does',
    async (signal) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', stuck]);
      let told = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        told += text;
        if (text.includes('ready')) child.kill(signal);
        // Those that follow at once may be the first one, told twice: somebody who means it goes on.
        if (text.includes('aborted')) again = setInterval(() => child.kill(signal), 50);
      });
      let again: NodeJS.Timeout | undefined;
      const by = await new Promise((done) => child.on('close', (_code, ended) => done(ended)));
      clearInterval(again);
      expect(by).toBe(signal);
      expect(told).toBe('ready\naborted\n');
    },
  );
});
