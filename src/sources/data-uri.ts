/**
 * The bytes of a `data:` URI (RFC 2397). Undefined where its type is neither a picture nor a video, and for any other
 * text.
 */
export function dataUriBytes(uri: string): Buffer | undefined {
  const parts = /^data:([^,]*),(.*)$/is.exec(uri);
  if (!parts) return undefined;
  const [, head = '', body = ''] = parts;
  const [type = '', ...parameters] = head.split(';').map((part) => part.trim().toLowerCase());
  if (type !== '' && !/^(image|video)\/|^application\/octet-stream$/.test(type)) return undefined;
  const raw = Buffer.from(
    body.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  const bytes = parameters.includes('base64') ? Buffer.from(raw.toString('latin1'), 'base64') : raw;
  return bytes.length > 0 ? bytes : undefined;
}
