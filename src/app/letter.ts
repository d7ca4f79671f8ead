import { randomUUID } from 'node:crypto';
import { letterMail } from '../filing/index.js';
import { assemble, type DraftDirectory, draftFor, type NoticeName, subjectOf } from '../reports/index.js';
import type { Case } from '../reports/types.js';

/**
 * The letter of one case to who hosts its files, or owns the site: as text, as an e-mail to be sent, and what belongs to it.
 * @param from e-mail address of the sender; left out for one that stays unnamed
 */
export async function letterOf(
  whole: Case,
  to: NoticeName,
  from: string | undefined,
): Promise<DraftDirectory> {
  const name = `notice-${to}` as const;
  const draft = draftFor(whole, name, randomUUID);
  const recipient = whole.recipients?.[0]?.email;
  const mail = await letterMail(draft, {
    subject: subjectOf(whole),
    ...(from === undefined ? {} : { from }),
    ...(recipient === undefined ? {} : { to: recipient }),
  });
  return assemble(whole, name, { ...draft, files: { ...draft.files, 'letter.eml': mail } });
}
