import { StageError } from '../../src/core/errors.js';
import type { Web } from '../../src/sources/web.js';

type Content =
  | string
  | Uint8Array
  | { readonly moved: string }
  | { readonly code: string }
  | { readonly type: string; readonly body: string | Uint8Array };

export interface TestSite extends Web {
  /** What was asked for, in order. */
  readonly asked: string[];
  readonly paces: Record<string, number>;
}

/** A web of pages by their address; a path alone is one of https://site.example. Anything else is not found. */
export function site(pages: Readonly<Record<string, Content>>): TestSite {
  const all = new Map(
    Object.entries(pages).map(([address, content]) => [
      new URL(address, 'https://site.example').href,
      content,
    ]),
  );
  const asked: string[] = [];
  const paces: Record<string, number> = {};
  return {
    asked,
    paces,
    pace: (host, milliseconds) => {
      paces[host] = milliseconds;
    },
    async get(url, { mayFollow, maxBytes, signal }) {
      signal?.throwIfAborted();
      asked.push(url);
      const content = all.get(url);
      if (content === undefined) throw new StageError('fetch', 'http-404', 'the server answered 404');
      if (typeof content === 'string' || content instanceof Uint8Array || 'body' in content) {
        const { type, body } =
          typeof content === 'string' || !('body' in content) ? { type: undefined, body: content } : content;
        const bytes = Buffer.from(body as string);
        if (bytes.length > maxBytes) throw new StageError('fetch', 'too-large', 'too large');
        return { bytes, url: new URL(url), ...(type === undefined ? {} : { contentType: type }) };
      }
      if ('code' in content) throw new StageError('fetch', content.code, `it is ${content.code}`);
      const to = new URL(content.moved);
      if (mayFollow?.(to) === false)
        throw new StageError('fetch', 'redirected-off-site', `it leads to ${to.hostname}`);
      const { bytes } = await this.get(to.href, { mayFollow, maxBytes, signal });
      return { bytes, url: to };
    },
  };
}
