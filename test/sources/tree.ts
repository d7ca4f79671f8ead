import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { Source, Sourced } from '../../src/sources/types.js';

const made: string[] = [];
afterEach(() => {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true });
});

/** A temporary directory with these files, each holding its own path; removed after the test. */
export function tree(...files: string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  made.push(root);
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), file);
  }
  return root;
}

export async function all(source: Source, signal?: AbortSignal): Promise<Sourced[]> {
  const found: Sourced[] = [];
  for await (const one of source.list(signal)) found.push(one);
  return found;
}

/** Runs as a user without rights, where the tests run as root; else as we are. */
export async function unprivileged<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid!(65_534);
  try {
    return await work();
  } finally {
    process.seteuid!(0);
  }
}
