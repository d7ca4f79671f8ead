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

/** Group 4 fax data of a TIFF file of one strip. */
function stripOf(tiff: Buffer): Buffer {
  const directory = tiff.readUInt32LE(4);
  const place = { 273: 0, 279: 0 };
  for (let i = 0; i < tiff.readUInt16LE(directory); i++) {
    const at = directory + 2 + 12 * i;
    const tag = tiff.readUInt16LE(at);
    if (tag === 273 || tag === 279) place[tag] = tiff.readUInt32LE(at + 8);
  }
  return tiff.subarray(place[273], place[273] + place[279]);
}

/** A picture of black and white as fax data; `tiff` is one strip of Group 4. */
export const fax = (tiff: Buffer, width: number, height: number): PdfImage => ({
  width,
  height,
  bytes: stripOf(tiff),
  entries: `/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns ${width} /Rows ${height} >>`,
});

/** The same as JBIG2 (ITU-T T.88): information on the page, and one region that is coded by MMR, which is Group 4. */
export function jbig2(tiff: Buffer, width: number, height: number): PdfImage {
  const words = (...values: number[]) =>
    Buffer.concat(values.map((value) => Buffer.from(value.toString(16).padStart(8, '0'), 'hex')));
  const segment = (number: number, type: number, data: Buffer) =>
    Buffer.concat([words(number), Buffer.from([type, 0, 1]), words(data.length), data]);
  const page = Buffer.concat([words(width, height, 0, 0), Buffer.from([0, 0, 0])]);
  const region = Buffer.concat([words(width, height, 0, 0), Buffer.from([0, 1]), stripOf(tiff)]);
  return {
    width,
    height,
    bytes: Buffer.concat([segment(0, 48, page), segment(1, 38, region)]),
    entries: '/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode',
  };
}

/** For the trailer: a document that needs a password nobody knows. */
export const password = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'11'.repeat(32)}> /U <${'22'.repeat(32)}> >> /ID [<00> <00>]`;

/** What a document has besides. */
export interface PdfOptions {
  /** Of each picture: false where no page shows it. */
  readonly isShown?: boolean;
  /** A file that is attached. */
  readonly attached?: { readonly name: string; readonly bytes: Uint8Array };
}

/** A document of one page of 400 × 300 points, which shows what `contents` says; its pictures are /I0, /I1 … */
export function pdfPage(contents: string, images: readonly PdfImage[] = [], entries = ''): Buffer {
  const own = images.map((_, i) => `/I${i} ${5 + i} 0 R`).join(' ');
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Count 1 /Kids [3 0 R] >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 300] /Contents 4 0 R /Resources << /XObject << ${own} >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> ${entries} >>`,
    Buffer.concat([
      Buffer.from(`<< /Length ${contents.length} >>\nstream\n${contents}\nendstream`, 'latin1'),
    ]),
    ...images.map(({ width, height, bytes, entries: more }) =>
      Buffer.concat([
        Buffer.from(
          `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${more} /Length ${bytes.length} >>\nstream\n`,
        ),
        bytes,
        Buffer.from('\nendstream'),
      ]),
    ),
  ].map((object, i) =>
    Buffer.concat([
      Buffer.from(`${i + 1} 0 obj\n`),
      Buffer.from(object as string),
      Buffer.from('\nendobj\n'),
    ]),
  );
  // Without a directory, for which readers look themselves.
  return Buffer.concat([
    Buffer.from('%PDF-1.5\n'),
    ...objects,
    Buffer.from('trailer << /Root 1 0 R >>\n%%EOF\n'),
  ]);
}

/** A document with each picture on a page of its own; `trailer` adds to its end. */
export function pdf(images: readonly PdfImage[], trailer = '', options: PdfOptions = {}): Buffer {
  const { isShown = true, attached } = options;
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
  const file = 3 + 3 * images.length;
  const names = `/Names << /EmbeddedFiles << /Names [(a) ${file + 1} 0 R] >> >>`;
  add(`<< /Type /Catalog /Pages 2 0 R ${attached ? names : ''} >>`);
  const kids = images.map((_, i) => `${3 + 3 * i} 0 R`).join(' ');
  add(`<< /Type /Pages /Count ${images.length} /Kids [${kids}] >>`);
  for (const { width, height, bytes, entries } of images) {
    const page = objects.length + 1;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents ${page + 1} 0 R /Resources << /XObject << /I ${page + 2} 0 R >> >> >>`,
    );
    add('', Buffer.from(isShown ? 'q 200 0 0 200 0 0 cm /I Do Q' : ''));
    add(`/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ${entries}`, bytes);
  }
  if (attached) {
    add('/Type /EmbeddedFile', attached.bytes);
    add(`<< /Type /Filespec /F (${attached.name}) /EF << /F ${file} 0 R >> >>`);
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
