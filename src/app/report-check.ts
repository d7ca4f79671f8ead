import { checkXsd, readDraft } from '../filing/index.js';
import { checkDraft, draftDigest, editedFiles } from '../reports/index.js';
import type { Finding } from '../reports/types.js';

/** What the check of a draft found. */
export interface DraftCheck {
  readonly directory: string;
  /** SHA-256 of the draft, hex; the person who files the draft confirms it. */
  readonly digest: string;
  /** Names of files that somebody edited after the draft was written. */
  readonly edited: readonly string[];
  /** Faults of the draft; empty where there is none. */
  readonly findings: readonly Finding[];
}

/**
 * Checks a draft again after a person edited it.
 * @param xsd path of your copy of the authority's XML schema
 * @throws UsageError where the directory holds no draft, or the schema cannot be read
 * @example
 * const { findings } = await checkDraftDirectory('reports/ncmec-0123456789abcdef');
 */
export async function checkDraftDirectory(directory: string, xsd?: string): Promise<DraftCheck> {
  const { files, findings: unread } = await readDraft(directory);
  const findings = [...unread, ...checkDraft(files, Date.now())];
  if (xsd !== undefined) for (const finding of await checkXsd(xsd, files)) findings.push(finding);
  return { directory, digest: draftDigest(files), edited: editedFiles(files), findings };
}
