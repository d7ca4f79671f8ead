/**
 * How base64 of a file begins that may stand anywhere in a text: the first characters of all that has a picture, or holds one.
 * `/` may be escaped, as in JSON, addresses and HTML, or be the letter of base64url.
 */
const slash = '(?:[/_]|\\\\/|\\\\u002[fF]|%2[fF]|&#x2[fF];|&#47;)';
const beginnings = [
  `${slash}9j${slash}`, // JPEG
  'iVBORw0KGgo', // PNG
  'R0lGOD', // GIF
  'UklGR', // WebP, AVI
  'SUkqA|TU0AK|SUkrA|TU0AKw', // TIFF
  'AAAA..Z0eX', // HEIC, AVIF, MP4, QuickTime
  'AAAADEpYTCA|AAAADGpQICA', // JPEG XL, JPEG 2000
  'AAABAA|AAACAA', // icons and cursors
  'Qk[0-3].{3,4}[AB]AAAA', // BMP
  'OEJQUw', // PSD
  'cW9pZg|di8xA|RERTI', // QOI, OpenEXR, DDS
  'GkXfo|T2dnUw|RkxWA', // Matroska, Ogg, FLV
  'JVBERi', // PDF
  `UEsDB|H4sI|N3q8ryc|UmFyIRoH|${slash}Td6W|Qlpo|KLUv`, // archives
  '0M8R4', // older Office files
  'PHN2Zy|PD94bWw', // SVG
];

/** What declares that base64 follows, whatever it is. Bounded, so that no text takes long. */
const declared = 'data(?::|%3A)[^,:\\s"\'<>()]{0,100}?(?:;|%3B)\\s{0,4}base64\\s{0,4}(?:,|%2C)\\s{0,4}';

/** Everything that base64 may begin with; none in the middle of a word, but behind an escaped line end. */
export const base64Start = new RegExp(
  `(${declared})|(?:(?<![A-Za-z0-9+])|(?<=\\\\[nrt]))(?:${beginnings.join('|')})`,
  'g',
);

/** Digits, and what may stand between them: line ends, escapes, marks of quoted lines, strings that are put together. */
const digits = /[A-Za-z0-9+/_-]+/y;
/** The same at the beginning of a line, which other words may follow: `END:VCARD`, a boundary. */
const digitsOfLine = /(?!--)[A-Za-z0-9+/_-]+(?=$|[\r\n=<"'\\&%)}\]]|[ \t]+[\r\n])/y;
const between = new RegExp(
  [
    '[ \\t]*(?:=?\\r?\\n|\\r)[ \\t>|#*;]{0,16}', // line ends, also those that quoted-printable adds
    '\\\\n"\\s{0,32},\\s{0,32}"(?=[A-Za-z0-9+/]{1,80}={0,2}(?:\\\\n)?"\\s{0,32}[,\\]])', // lines of a notebook
    '\\\\(?:[nrt]|\\r?\\n)', // escaped line ends
    '&#(?:10|13|9|xA|xD|x9|x0A|x0D);',
    '%0[adAD9]|%20',
    '["\']\\s{0,32}[+.]?\\s{0,32}["\']', // strings, one after the other
  ].join('|'),
  'y',
);
/** Where another file begins: files may stand one in each line. */
const another = new RegExp(beginnings.join('|'), 'y');
/** `+` and `/` in other words. */
const escaped: readonly (readonly [RegExp, string])[] = [
  [/\\\/|\\u002[fF]|%2[fF]|&#x2[fF];|&#47;/y, '/'],
  [/\\u002[bB]|%2[bB]|&#x2[bB];|&#43;|&plus;/y, '+'],
];

/** What base64 decodes to that was found in a text. */
export interface Base64Run {
  readonly bytes: Buffer;
  /** Where the text goes on. */
  readonly end: number;
}

/** Undoes the base64 that begins at a place of a text, over line ends and escapes, up to the first character that is neither. */
export function base64At(text: string, from: number, most: number): Base64Run {
  const parts: string[] = [];
  let length = 0;
  let at = from;
  let isNewLine = false;
  const matched = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (length < most) {
    const run = matched(isNewLine ? digitsOfLine : digits);
    if (run !== undefined) {
      parts.push(run);
      length += run.length;
      at += run.length;
      isNewLine = false;
      continue;
    }
    const other = escaped.find(([pattern]) => matched(pattern) !== undefined);
    if (other) {
      parts.push(other[1]);
      length += 1;
      at += matched(other[0])!.length;
      continue;
    }
    const gap = matched(between);
    if (gap === undefined) break;
    at += gap.length;
    isNewLine = /[\r\n]/.test(gap);
    if (length > 0 && matched(another) !== undefined) break;
  }
  return { bytes: Buffer.from(parts.join(''), 'base64'), end: at };
}
