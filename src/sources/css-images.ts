import { TokenType, tokenizer } from '@csstools/css-tokenizer';

/** Addresses that a stylesheet names, as they are written there. */
export interface CssLinks {
  readonly images: string[];
  readonly imports: string[];
}

const font = /\.(woff2?|ttf|otf|eot)([?#]|$)/i;

/** Errors of syntax that are still forgiven; of one page, or of one stylesheet. */
export interface CssFaults {
  left: number;
}
/** More than any stylesheet of people has, and each takes time. */
const maxFaults = 10_000;
export const cssFaults = (): CssFaults => ({ left: maxFaults });

/**
 * `url(…)`, the texts of `image-set()` and `@import` of a stylesheet or of a `style` attribute (CSS Syntax 3). What is
 * no CSS gives nothing; fonts are left out; what is named twice is there once. Raises an Error where no faults are left.
 */
export function cssLinks(css: string, faults = cssFaults()): CssLinks {
  const images = new Set<string>();
  const imports = new Set<string>();
  /** Names of the functions that are open, `(` for a bare bracket. */
  const open: string[] = [];
  let isImport = false;
  const take = (address: string) => {
    if (isImport) imports.add(address);
    else if (address !== '' && !font.test(address)) images.add(address);
    isImport = false;
  };
  const onParseError = () => {
    faults.left -= 1;
    if (faults.left < 0) throw new Error(`more than ${maxFaults} errors in its CSS`);
  };
  const { nextToken, endOfFile } = tokenizer({ css }, { onParseError });
  while (!endOfFile()) {
    const token = nextToken();
    const [kind] = token;
    if (kind === TokenType.AtKeyword) isImport = token[4].value.toLowerCase() === 'import';
    else if (kind === TokenType.Semicolon || kind === TokenType.OpenCurly) isImport = false;
    else if (kind === TokenType.Function) open.push(token[4].value.toLowerCase());
    else if (kind === TokenType.OpenParen) open.push('(');
    else if (kind === TokenType.CloseParen) open.pop();
    else if (kind === TokenType.URL) take(token[4].value);
    else if (kind === TokenType.String) {
      const around = open.at(-1) ?? '';
      if (around === 'url' || around === 'src' || around.endsWith('image-set') || (isImport && around === ''))
        take(token[4].value);
    }
  }
  return { images: [...images], imports: [...imports] };
}
