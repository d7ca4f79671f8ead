import { type ListInput, openList, splitItems } from './list-input.js';
import { listingProblem } from './problems.js';
import { sourceAsset, sourceFailure } from './sourced.js';
import type { Source, Sourced } from './types.js';
import { checkUrl } from './url.js';

/** How to read a list of URLs. */
export interface UrlListOptions {
  readonly input: ListInput;
  /** Absolute directory from which a relative path of the list starts. Default: the working directory. */
  readonly cwd?: string;
}

/**
 * A list of http(s) URLs in UTF-8, one on each line. It passes over blank lines and lines that start with `#`, and
 * scans repeated URLs again. A bad line is a problem that names its number (codes `bad-url`, `url-credentials`) and
 * never its text. Raises UsageError where the list itself cannot be read.
 */
export async function urlListSource(options: UrlListOptions): Promise<Source> {
  const list = await openList(options.input, options.cwd, '--urls');
  const problem = (number: number, code: string, message: string): Sourced =>
    sourceFailure({ uri: list.uri }, code, `${list.label} line ${number}: ${message}`);
  return {
    label: list.label,
    async *list(signal) {
      if (signal?.aborted) return; // only a list that is read can report its errors
      try {
        for await (const { number, bytes } of splitItems(list.open(), 0x0a, signal)) {
          if (bytes === undefined) {
            yield problem(number, 'bad-url', 'too long to be a URL');
            continue;
          }
          const line = bytes
            .toString('utf8')
            .replace(/^\ufeff/, '')
            .trim();
          if (line === '' || line.startsWith('#')) continue;
          const checked = checkUrl(line);
          yield checked.ok
            ? sourceAsset({ uri: checked.uri })
            : problem(number, checked.code, checked.message);
        }
      } catch (error) {
        yield listingProblem({ uri: list.uri }, error);
      }
    },
  };
}
