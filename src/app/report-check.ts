import { checkXsd, readDraft } from '../filing/index.js';
import { checkDraft, draftDigest, editedFiles } from '../reports/index.js';
import type { Finding } from '../reports/types.js';

/** What was found in a draft. */
export interface DraftCheck {
  readonly directory: string;
  /** SHA-256 of the draft, hex: what a person confirms who files it. */
  readonly digest: string;
  /** Files that were edited since it was drafted. */
  readonly edited: readonly string[];
  /** What is wrong; empty where nothing is. */
  readonly findings: readonly Finding[];
}

/**
 * Checks a draft again, after a person edited it.
 * @param xsd path of the authority's XML schema, where you have a copy
 * @throws UsageError where there is no draft, or the schema cannot be read
 * @example
 * const { findings } = await checkDraftDirectory('reports/ncmec-0123456789abcdef');
 */
export async function checkDraftDirectory(directory: string, xsd?: string): Promise<DraftCheck> {
  const { files, findings: unread } = await readDraft(directory);
  const findings = [...unread, ...checkDraft(files, Date.now())];
  if (xsd !== undefined) for (const finding of await checkXsd(xsd, files)) findings.push(finding);
  return { directory, digest: draftDigest(files), edited: editedFiles(files), findings };
}
