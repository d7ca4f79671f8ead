import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';

export const root = resolve(import.meta.dirname, '../..');
export const demo = join(root, 'fixtures/demo');
export const bin = join(root, 'bin/hashsieve.js');

export interface Ran {
  /** Exit code, or the signal's name. */
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Leaves standard input to `during`. */
  readonly stayOpen?: boolean;
  /** Gets the running process, for signals and pipes. */
  readonly during?: (child: ChildProcessWithoutNullStreams) => unknown;
}

/** Runs the built program as a user would and waits for its end. */
export function hashsieve(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: options.cwd ?? root,
      env: { PATH: process.env.PATH, HOME: scratch, XDG_STATE_HOME: scratch, ...options.env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code: code ?? signal, stdout, stderr }));
    child.stdin.on('error', () => {});
    if (!options.stayOpen) child.stdin.end(options.input ?? '');
    void options.during?.(child);
  });
}

/** Runs with standard output on a file or device. */
export function onto(path: string, args: readonly string[], input = ''): Promise<Omit<Ran, 'stdout'>> {
  return new Promise((done, failed) => {
    const out = openSync(path, 'w');
    const child = spawn(process.execPath, [bin, ...args], {
      stdio: ['pipe', out, 'pipe'],
      cwd: root,
      env: { PATH: process.env.PATH, HOME: scratch, XDG_STATE_HOME: scratch },
    });
    closeSync(out);
    let stderr = '';
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', failed);
    child.on('close', (code, signal) => done({ code: code ?? signal, stderr }));
    child.stdin!.on('error', () => {});
    child.stdin!.end(input);
  });
}

const scratch = mkdtempSync(join(tmpdir(), 'hashsieve-test-'));
let made = 0;
/** A new empty directory, removed after the tests of the file. */
export const tempDir = (): string => mkdtempSync(join(scratch, `${made++}-`));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Records of JSON lines. */
export const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
