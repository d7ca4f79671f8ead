import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing, reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { isClaim, isClaimName, makePrivate, owner, removeAbandoned } from '../files/index.js';
import { type DraftDirectory, manifestName, readManifest } from '../reports/index.js';
import type { Finding } from '../reports/types.js';
import { lockName } from './submission-journal.js';

/** Drafts on disk: a directory for each, complete or absent; only its owner can read it. */

const maxFileBytes = 50_000_000;

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r').catch(() => undefined);
  await directory?.sync().catch(() => {});
  await directory?.close();
}

const exists = async (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );

/** A free name: `ncmec-…`, or `ncmec-…-2` where a draft of that name exists and is drafted again. */
async function freeName(parent: string, name: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!(await exists(join(parent, candidate)))) return candidate;
  }
}

/**
 * Writes drafts below `parent`, all or none: writes and syncs each under a hidden name, and renames them when all are
 * written. Returns their paths. Raises UsageError.
 */
export async function writeDrafts(
  parent: string,
  drafts: readonly DraftDirectory[],
): Promise<readonly string[]> {
  const parts: { readonly part: string; readonly path: string }[] = [];
  try {
    await makePrivate(parent);
    await removeAbandoned(parent, (name) => /^\.[a-z0-9-]+$/.test(name)); // half-written drafts of a killed run
    for (const draft of drafts) {
      const part = join(parent, `.${draft.name}.${owner}.part`);
      parts.push({ part, path: join(parent, await freeName(parent, draft.name)) });
      await mkdir(part, { mode: 0o700 });
      for (const [name, text] of Object.entries(draft.files)) await writeSynced(join(part, name), text);
      await syncDirectory(part);
    }
    for (const { part, path } of parts) await rename(part, path);
    await syncDirectory(parent);
    return parts.map(({ path }) => path);
  } catch (error) {
    for (const { part } of parts) await rm(part, { recursive: true, force: true });
    throw new UsageError(`drafts in ${printable(parent)} cannot be written: ${reasonOf(error)}`);
  }
}

/** Reads a regular file as text; refuses a symbolic link. */
async function readPlain(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    if (size > maxFileBytes) throw new UsageError(`${printable(path)}: too large for a part of a draft`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Reads every file of a draft's directory as text, and names what does not belong there. Raises UsageError. */
export async function readDraft(
  directory: string,
): Promise<{ readonly files: ReadonlyMap<string, string>; readonly findings: readonly Finding[] }> {
  const files = new Map<string, string>();
  const findings: Finding[] = [];
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      // The claim of a filing that is going on; it is not part of the draft.
      if (isClaimName(entry.name, lockName) && (await isClaim(join(directory, entry.name)))) continue;
      if (entry.isFile()) {
        const isText = /\.(xml|json|jsonl|md|txt|eml)$/.test(entry.name);
        files.set(entry.name, isText ? await readPlain(join(directory, entry.name)) : '');
      } else {
        const message = 'is no plain file; a draft is a flat directory of text files';
        findings.push({ file: entry.name, element: '/', rule: 'no-media', message });
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`draft ${printable(directory)} cannot be read: ${reasonOf(error)}`);
  }
  return { files, findings };
}

/** A draft of an earlier run. */
export interface EarlierDraft {
  readonly path: string;
  readonly authority: string;
  /** Key of the group that the draft is for: `user:…`. */
  readonly group: string;
  readonly events: readonly string[];
  /** SHA-256 of its manifest, as `manifestDigest` computes it. */
  readonly manifest: string;
  /** When it was drafted, in milliseconds since 1970. */
  readonly at: number;
  /** Text of its record of filing; empty where nothing was sent. */
  readonly submission: string;
}

/** Facts of a draft by the text of its manifest; undefined where the text is no manifest. */
export function draftFacts(text: string): Omit<EarlierDraft, 'path' | 'submission'> | undefined {
  const manifest = readManifest(text);
  if (!manifest) return undefined;
  const { authority, group, events, draftedAt } = manifest;
  return {
    authority,
    group: group.key,
    events: events.map(({ id }) => id),
    manifest: manifestDigest(text),
    at: Date.parse(draftedAt),
  };
}

/** Identifies a draft in any directory: SHA-256 of its manifest, hex. */
export const manifestDigest = (manifest: string): string =>
  createHash('sha256').update(manifest).digest('hex');

/**
 * Finds drafts of earlier runs in the same output directory; only the ledger knows those that were moved. Raises
 * UsageError where damage hides what one of them was filed about.
 */
export async function earlierDrafts(parent: string): Promise<readonly EarlierDraft[]> {
  const drafts: EarlierDraft[] = [];
  let names: readonly string[];
  try {
    names = (await readdir(parent, { withFileTypes: true }))
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map((entry) => entry.name);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new UsageError(`drafts in ${printable(parent)} cannot be read: ${reasonOf(error)}`);
  }
  for (const name of names.toSorted()) {
    const path = join(parent, name);
    const text = await readFile(join(path, manifestName), 'utf8').catch(() => '');
    const submission = await readFile(join(path, 'submission.jsonl'), 'utf8').catch(() => '');
    const facts = draftFacts(text);
    if (facts) drafts.push({ ...facts, path, submission });
    else if (submission !== '')
      throw new UsageError(
        `${printable(path)}/${manifestName} is missing or damaged, and something was filed from that draft: restore the file, which tells what`,
      );
  }
  return drafts;
}
