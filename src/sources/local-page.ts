import { promises as fs } from 'node:fs';
import { filePath } from '../core/index.js';
import { listingProblem } from './problems.js';
import { sourceFailure } from './sourced.js';
import type { SourceFailure } from './types.js';
import type { FetchedPage } from './web.js';

/** Reads a local page or stylesheet by its `file:` URI, as if a web server had sent it. */
export async function localPage(uri: string, maxBytes: number): Promise<FetchedPage | SourceFailure> {
  const problem = (code: string, message: string) => sourceFailure({ uri }, code, message);
  const path = Buffer.from(filePath(uri));
  try {
    const found = await fs.stat(path);
    if (!found.isFile()) return problem('not-a-file', 'no regular file');
    if (found.size > maxBytes) return problem('too-large', `larger than ${maxBytes} bytes`);
    return { kind: 'page', bytes: await fs.readFile(path), url: new URL(uri) };
  } catch (error) {
    return listingProblem({ uri }, error);
  }
}
