import { TokenType, tokenizer } from '@csstools/css-tokenizer';

/** Addresses that a stylesheet names, as it writes them. */
export interface CssLinks {
  readonly images: string[];
  readonly imports: string[];
}

const font = /\.(woff2?|ttf|otf|eot)([?#]|$)/i;

/** How many errors of syntax a page or stylesheet may still have. */
export interface CssFaults {
  left: number;
}
/** More errors than any stylesheet has that a person wrote. Each error takes time. */
const maxFaults = 10_000;
/** A fresh count of the errors that may still occur. */
export const cssFaults = (): CssFaults => ({ left: maxFaults });

/**
 * `url(…)`, the strings of `image-set()`, and the `@import`s of a stylesheet or of a `style` attribute (CSS Syntax 3),
 * each once, without fonts. Text that is not CSS gives nothing. Raises an Error once it has met as many errors of
 * syntax as `faults` allows.
 */
export function cssLinks(css: string, faults = cssFaults()): CssLinks {
  const images = new Set<string>();
  const imports = new Set<string>();
  /** Names of the functions that are open; `(` for a bare bracket. */
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
