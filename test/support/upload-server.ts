import { join } from 'node:path';
import { afterEach } from 'vitest';
import { openUploadScan, type UploadScan, type UploadScanOptions } from '../../src/app/index.js';
import type { Voice } from '../../src/core/index.js';
import { type ServerOptions, type Serving, serve } from '../../src/server/index.js';
import { tempDir } from './cli.js';
import { demoList } from './service.js';

export { demoList, listedPicture, otherPicture } from './service.js';

type About = NonNullable<Parameters<Voice['say']>[1]>;

/** A server in this process, with its fronts on free ports of loopback. */
export interface TestServer {
  readonly url: string;
  /** Path of the Unix socket of clamd. */
  readonly clamd: string;
  /** `127.0.0.1:port` of ICAP. */
  readonly icap: string;
  readonly ledger: string;
  readonly uploads: UploadScan;
  readonly said: { readonly line: string; readonly about: About }[];
  readonly serving: Serving;
  close(): Promise<void>;
}

const open = new Set<TestServer>();
afterEach(async () => {
  for (const server of open) await server.close();
});

export interface Wanted {
  readonly scan?: UploadScanOptions;
  readonly server?: ServerOptions;
  readonly blocks?: Record<string, unknown>;
  /** Stands between the fronts and the application. */
  readonly through?: (uploads: UploadScan) => UploadScan;
}

/** Starts a server; it ends with the test. */
export async function startServer({ scan, server, blocks = {}, through }: Wanted = {}): Promise<TestServer> {
  const dir = tempDir();
  const said: { line: string; about: About }[] = [];
  const voice = { say: (line: string, about: About = {}) => void said.push({ line, about }) };
  const ledger = scan?.ledger ?? join(dir, 'ledger');
  const clamd = join(dir, 'clamd');
  const opened = await openUploadScan(
    { list: [demoList], ledger, workers: 0, ...scan },
    { voice, config: { path: join(dir, 'config.json'), options: {}, blocks } },
  );
  const uploads = through ? through(opened) : opened;
  const serving = await serve(uploads, { http: '127.0.0.1:0', clamd, icap: '127.0.0.1:0', ...server }, voice);
  const started: TestServer = {
    icap: serving.places.icap!,
    ...{ url: `http://${serving.places.http}`, clamd, ledger, uploads, said, serving },
    async close() {
      if (!open.delete(started)) return;
      await serving.close(1000);
      await opened.close();
    },
  };
  open.add(started);
  return started;
}
