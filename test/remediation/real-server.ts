import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { blockFormats } from '../../src/remediation/index.js';
import { type Program, programPath } from '../support/programs.js';

/** Real web servers on loopback that serve the same folder twice: with our rules and without any. */

/** What a server needs to know to be started. */
export interface Place {
  /** Holds the configuration and what the server writes. */
  readonly folder: string;
  /** The folder that is served. */
  readonly root: string;
  /** Path of the rule file. */
  readonly rules: string;
  /** Where rules apply, and where none do. */
  readonly port: number;
  readonly openPort: number;
}

/** A kind of server: the programs with their arguments, after `write` made the configuration. */
export interface ServerKind {
  readonly needs: readonly Program[];
  readonly format: keyof typeof blockFormats;
  /** What it answers for a blocked address; 451 without. */
  readonly status?: number;
  /** False where a rule cannot see the query. */
  readonly queries?: boolean;
  /** False where it speaks HTTP/2 over TLS only. */
  readonly http2?: boolean;
  start(place: Place): readonly (readonly [Program, ...string[]])[];
}

/** One running server. */
export interface RealServer {
  readonly port: number;
  readonly openPort: number;
  stop(): Promise<void>;
}

export const freePort = () =>
  new Promise<number>((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });

const accepts = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.end() !== undefined));
    socket.on('error', () => resolve(false));
  });

/** Starts a server that serves `files` (path → content) and blocks `urls`. */
export async function startServer(
  kind: ServerKind,
  files: Readonly<Record<string, string>>,
  urls: readonly string[],
): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hashsieve-server-'));
  // Some of the servers leave root and run as nobody.
  chmodSync(folder, 0o755);
  const root = join(folder, 'root');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const format = blockFormats[kind.format];
  const { rules: made, left } = format.rulesFor(urls.map((url) => ({ uri: url, url, events: ['e'] })));
  if (left.length > 0) throw new Error(`no rule for ${left.map(({ target }) => target.uri).join(' ')}`);
  const rules = join(folder, 'rules');
  writeFileSync(rules, format.write(made));
  const place = { folder, root, rules, port: await freePort(), openPort: await freePort() };
  const said: string[] = [];
  const running: ChildProcess[] = [];
  const stop = async () => {
    for (const one of running.reverse()) {
      const gone = new Promise((resolve) => one.once('exit', resolve));
      if (one.exitCode === null && one.signalCode === null && one.kill('SIGTERM')) await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  let ended = false;
  for (const [program, ...args] of kind.start(place)) {
    const child = spawn(programPath(program), args, {
      env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (data) => said.push(String(data)));
    child.stderr.on('data', (data) => said.push(String(data)));
    child.once('exit', () => {
      ended = true;
    });
    running.push(child);
  }
  while (!((await accepts(place.port)) && (await accepts(place.openPort)))) {
    if (ended) {
      await stop();
      throw new Error(said.join(''));
    }
    await pause(50);
  }
  return { port: place.port, openPort: place.openPort, stop };
}

/** Status and body of a request whose target and host are written to the socket as they are. */
export const ask = (port: number, host: string, target: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`, 'latin1'),
    );
    const done = () =>
      resolve({ status: Number(answer.split(' ')[1] ?? 0), body: answer.slice(answer.indexOf('\r\n\r\n')) });
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('end', done);
    // A server may close at once when it refuses a request.
    socket.on('error', () => (answer === '' ? reject(new Error('no answer')) : done()));
  });

/** As `ask`, in HTTP/2 without TLS. */
export const askHttp2 = (port: number, host: string, target: string) =>
  new Promise<number>((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`);
    session.on('error', reject);
    const stream = session.request({ ':path': target, ':authority': host });
    stream.on('error', reject);
    stream.on('response', (headers) => {
      resolve(Number(headers[':status']));
      session.close();
      stream.resume();
    });
    stream.end();
  });
