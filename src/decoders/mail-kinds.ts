/** Names of header lines that only messages have. A file with two of them at its beginning is a message. */
const telling = new Set([
  ...[
    'from',
    'to',
    'cc',
    'bcc',
    'subject',
    'date',
    'sender',
    'reply-to',
    'received',
    'return-path',
    'delivered-to',
  ],
  ...['message-id', 'mime-version', 'content-type', 'content-transfer-encoding'],
]);

const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');

/**
 * True where the bytes begin with the header lines of a mail message, as programs send or store it (RFC 5322). Pure.
 */
export function isMail(head: Uint8Array): boolean {
  const seen = new Set<string>();
  for (const line of latin1(head)
    .replace(/^\xef\xbb\xbf/, '')
    .split(/\r?\n/)) {
    if (/^[ \t]/.test(line) && seen.size > 0) continue;
    const name = /^([!-9;-~]{1,76}):/.exec(line)?.[1]?.toLowerCase();
    if (name === undefined) break;
    if (telling.has(name)) seen.add(name);
    if (seen.size > 1) return true;
  }
  return false;
}

/**
 * True where the bytes begin a mailbox, a file of messages one after the other (RFC 4155). Its first line says who sent
 * the first message and when; the header of that message follows. Pure.
 */
export const isMailbox = (head: Uint8Array): boolean =>
  /^From .{0,400}\d\d?:\d\d(?::\d\d)?\b.{0,40}\d{4}\s*\r?\n[!-9;-~]{1,76}:/.test(
    latin1(head.subarray(0, 1024)),
  );

/** True where an OLE file is a message of Outlook: it holds a stream of the name of MS-OXMSG, 2.4. Pure. */
export const isOutlook = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from('__properties_version1.0', 'utf16le'),
  );
