/** A kind of file that cannot hold a picture, and the reason. */
export interface KnownKind {
  readonly mediaType: string;
  /**
   * How such files begin, as Latin-1 text; `?` stands for any byte. Absent where `sniff` recognises the kind by other
   * means.
   */
  readonly begins?: readonly string[];
  readonly reason: string;
  /**
   * Texts by which such a file holds a picture in a form that the search cannot see: a file with one of them counts as
   * not fully looked at.
   */
  readonly unless?: readonly string[];
}

const tagged = 'sound; covers in its tags are found by their beginnings';
const compiled = 'instructions for a machine, which draws nothing by itself';
const outlines = 'outlines of letters; pictures of letters are found by their beginnings';

/**
 * Every kind of file that a run may pass over and still be complete, each with its reason. Files of other kinds make a
 * run incomplete. The scan searches the bytes of all of them except plain text for beginnings of pictures and archives.
 */
export const knownKinds: readonly KnownKind[] = [
  { mediaType: 'text/plain', reason: 'text is letters; what it carries encoded is read by containers' },
  { mediaType: 'text/html', reason: 'a page names its pictures, which are files of their own' },
  { mediaType: 'text/xml', reason: 'text is letters; what it carries encoded is read by containers' },
  { mediaType: 'font/ttf', begins: ['\0\x01\0\0\0', 'true\0', 'ttcf\0'], reason: outlines },
  { mediaType: 'font/otf', begins: ['OTTO\0'], reason: outlines },
  { mediaType: 'font/woff', begins: ['wOFF\0\x01\0\0', 'wOFFOTTO', 'wOFFtrue'], reason: outlines },
  { mediaType: 'font/woff2', begins: ['wOF2\0\x01\0\0', 'wOF2OTTO', 'wOF2true'], reason: outlines },
  { mediaType: 'application/wasm', begins: ['\0asm\x01\0\0\0'], reason: compiled },
  { mediaType: 'application/java-vm', begins: ['\xca\xfe\xba\xbe\0\0\0'], reason: compiled },
  {
    mediaType: 'application/x-python-code',
    begins: ['??\r\n\0\0\0\0', '??\r\n\x01\0\0\0'],
    reason: compiled,
  },
  { mediaType: 'application/x-git-index', begins: ['DIRC\0\0\0'], reason: 'names and digests of files' },
  {
    mediaType: 'application/x-gettext',
    begins: ['\xde\x12\x04\x95\0\0', '\x95\x04\x12\xde\0\0'],
    reason: 'text',
  },
  {
    mediaType: 'application/x-hashsieve-list',
    begins: ['\x89HSX\r\n\x1a\n'],
    reason: 'a compiled hash list of ours',
  },
  { mediaType: 'audio/mpeg', reason: tagged, unless: ['PIC\0'] },
  { mediaType: 'audio/flac', reason: tagged, unless: ['METADATA_BLOCK_PICTURE='] },
  { mediaType: 'audio/wav', reason: tagged },
  { mediaType: 'audio/midi', begins: ['MThd\0\0\0\x06'], reason: 'notes to be played' },
];

/** The entry for a media type; undefined for a type that is not in the table. */
export const knownKindOf = (mediaType: string): KnownKind | undefined =>
  knownKinds.find((kind) => kind.mediaType === mediaType);
