/**
 * `/` in base64. JSON, addresses and HTML may escape it; base64url writes `_` instead. `beginnings` holds the first
 * characters of the base64 of pictures, and of files that may hold pictures.
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

/** Matches what declares that base64 follows. Its lengths are bounded, so that no text takes long. */
const declared = 'data(?::|%3A)[^,:\\s"\'<>()]{0,100}?(?:;|%3B)\\s{0,4}base64\\s{0,4}(?:,|%2C)\\s{0,4}';

/**
 * Matches where base64 begins: behind a declaration (group 1), or with one of `beginnings`. These count at the start of
 * a word or behind an escaped line end.
 */
export const base64Start = new RegExp(
  `(${declared})|(?:(?<![A-Za-z0-9+])|(?<=\\\\[nrt]))(?:${beginnings.join('|')})`,
  'g',
);

/**
 * Digits of base64. `between` matches what may part them: line ends, escapes, marks of quoted lines, joined strings.
 */
const digits = /[A-Za-z0-9+/_-]+/y;
/** Digits at the beginning of a line. Other words may stand there (`END:VCARD`, a boundary): these do not match. */
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
/** Matches where another file begins. A text may hold one file in each line. */
const another = new RegExp(beginnings.join('|'), 'y');
/** Escapes of `/` and `+`. */
const escaped: readonly (readonly [RegExp, string])[] = [
  [/\\\/|\\u002[fF]|%2[fF]|&#x2[fF];|&#47;/y, '/'],
  [/\\u002[bB]|%2[bB]|&#x2[bB];|&#43;|&plus;/y, '+'],
];

/** Base64 that stands in a text, decoded. */
export interface Base64Run {
  /** The decoded bytes. */
  readonly bytes: Buffer;
  /** The index of the first character behind the base64. */
  readonly end: number;
}

/**
 * Decodes the base64 that begins at the character `from`. It passes over line ends and undoes escapes, and stops at the
 * first character that is neither, or once it has read `most` digits.
 */
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
