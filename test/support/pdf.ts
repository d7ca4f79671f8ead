import { deflateSync } from 'node:zlib';

/** A picture of a document: its bytes, and what its dictionary says. */
export interface PdfImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
  readonly entries: string;
}

export const dct = (bytes: Uint8Array, width: number, height: number): PdfImage => ({
  width,
  height,
  bytes,
  entries: '/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode',
});
export const flate = (raw: Uint8Array, width: number, height: number, space = '/DeviceRGB'): PdfImage => ({
  width,
  height,
  bytes: deflateSync(raw),
  entries: `/ColorSpace ${space} /BitsPerComponent 8 /Filter /FlateDecode`,
});

/** For the trailer: a document that needs a password nobody knows. */
export const password = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'11'.repeat(32)}> /U <${'22'.repeat(32)}> >> /ID [<00> <00>]`;

/** A document with each picture on a page of its own; `trailer` adds to its end. */
export function pdf(images: readonly PdfImage[], trailer = ''): Buffer {
  const objects: Buffer[] = [];
  const add = (text: string, stream?: Uint8Array) => {
    const body = stream
      ? [`<< ${text} /Length ${stream.length} >>\nstream\n`, Buffer.from(stream), '\nendstream']
      : [text];
    objects.push(
      Buffer.concat(
        [`${objects.length + 1} 0 obj\n`, ...body, '\nendobj\n'].map((part) => Buffer.from(part as string)),
      ),
    );
    return objects.length;
  };
  add('<< /Type /Catalog /Pages 2 0 R >>');
  const kids = images.map((_, i) => `${3 + 3 * i} 0 R`).join(' ');
  add(`<< /Type /Pages /Count ${images.length} /Kids [${kids}] >>`);
  for (const { width, height, bytes, entries } of images) {
    const page = objects.length + 1;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents ${page + 1} 0 R /Resources << /XObject << /I ${page + 2} 0 R >> >> >>`,
    );
    add('', Buffer.from('q 200 0 0 200 0 0 cm /I Do Q'));
    add(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${entries}`, bytes);
  }
  const head = Buffer.from('%PDF-1.5\n');
  let at = head.length;
  const places = objects.map((object) => {
    const place = at;
    at += object.length;
    return `${String(place).padStart(10, '0')} 00000 n \n`;
  });
  const tail = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join('')}trailer << /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([head, ...objects, Buffer.from(tail)]);
}
