import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { bin, demo, root, tempDir } from './cli.js';

export const demoList = join(demo, 'known.csv');
export const listedPicture = join(demo, 'uploads/holiday.jpg');
export const otherPicture = join(demo, 'uploads/2026/album/scene-4.jpg');

/** The built program as a service. */
export interface Service {
  readonly url: string;
  readonly child: ChildProcess;
  /** What it wrote to standard error so far. */
  said(): string;
  /** Resolves once it has said this. Rejects where it ends before. */
  hears(text: RegExp): Promise<void>;
  /** Sends a signal, and resolves with its exit code or the name of the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

const running = new Set<Service>();
afterEach(async () => {
  for (const service of running) await service.end('SIGKILL');
});

/** Starts `hashsieve serve` on a free port, and waits until it listens. It ends with the test. */
export async function startService(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const scratch = tempDir();
  const child = spawn(process.execPath, [bin, 'serve', '--http', '127.0.0.1:0', ...args], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, HOME: scratch, XDG_STATE_HOME: scratch, ...env },
  });
  let said = '';
  const listeners = new Set<() => void>();
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<number | string | null>((done) =>
    child.once('close', (code, signal) => done(code ?? signal)),
  );
  const hears = (text: RegExp) =>
    new Promise<void>((done, failed) => {
      const look = () => {
        if (!text.test(said)) return;
        listeners.delete(look);
        done();
      };
      listeners.add(look);
      look();
      void ended.then((code) => failed(new Error(`ended with ${code} before it said ${text}: ${said}`)));
    });
  await hears(/listening for http at \S+\n/);
  const service: Service = {
    url: `http://${/listening for http at (\S+)\n/.exec(said)![1]}`,
    child,
    said: () => said,
    hears,
    end(signal) {
      running.delete(service);
      child.kill(signal);
      return ended;
    },
  };
  running.add(service);
  return service;
}
