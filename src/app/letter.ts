import { randomUUID } from 'node:crypto';
import { letterMail } from '../filing/index.js';
import { assemble, type DraftDirectory, draftFor, type NoticeName, subjectOf } from '../reports/index.js';
import type { Case } from '../reports/types.js';

/**
 * Writes the letter of one case to the host of its files or the owner of the site: as text, as an e-mail that is ready
 * to send, and with its attachments.
 * @param from the sender's e-mail address; left out for a sender who stays anonymous
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
