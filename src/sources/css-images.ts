import { TokenType, tokenize } from '@csstools/css-tokenizer';

/** Addresses that a stylesheet names, as they are written there. */
export interface CssLinks {
  readonly images: string[];
  readonly imports: string[];
}

const font = /\.(woff2?|ttf|otf|eot)([?#]|$)/i;

/**
 * `url(…)`, the texts of `image-set()` and `@import` of a stylesheet or of a `style` attribute (CSS Syntax 3). What is
 * no CSS gives nothing; fonts are left out.
 */
export function cssLinks(css: string): CssLinks {
  const images: string[] = [];
  const imports: string[] = [];
  /** Names of the functions that are open, `(` for a bare bracket. */
  const open: string[] = [];
  let isImport = false;
  const take = (address: string) => {
    if (isImport) imports.push(address);
    else if (address !== '' && !font.test(address)) images.push(address);
    isImport = false;
  };
  for (const token of tokenize({ css })) {
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
  return { images, imports };
}
