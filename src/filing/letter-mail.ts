import type { Draft } from '../reports/types.js';

/** Writes a letter as an e-mail file that mail programs open ready to send. Attaches XARF notices and nothing else. */
export async function letterMail(
  draft: Draft,
  head: { readonly from?: string; readonly to?: string; readonly subject: string },
): Promise<string> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const attachments = Object.entries(draft.files)
    .filter(([name]) => /^notice-\d+\.json$/.test(name))
    .map(([filename, content]) => ({ filename, content, contentType: 'application/json' }));
  const composer = new MailComposer({
    ...head,
    text: draft.files['letter.txt']!,
    attachments,
    headers: { 'X-Unsent': '1' },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = await composer.compile().build();
  return message.toString('utf8');
}
