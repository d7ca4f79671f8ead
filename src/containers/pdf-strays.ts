import type { ByteStore } from '../core/types.js';
import { bufferOf, without } from './carve/spans.js';
import type { Span, Unaccounted } from './types.js';

/** The beginnings of objects (ISO 32000-1, 7.3.10). pdf.js and `pdf-objects.ts` look at the objects. */
const objects = /\d+\s+\d+\s+obj\b/g;

/** The bytes that lie in no object of a document: before its beginning, behind its end, and between its objects. */
export async function aroundPdf(store: ByteStore): Promise<Unaccounted> {
  const all = bufferOf(await store.read(0, store.size));
  const text = all.toString('latin1');
  const beginning = text.indexOf('%PDF-');
  const taken: Span[] = [{ from: beginning, to: beginning + 8 }];
  objects.lastIndex = 0;
  for (let found = objects.exec(text); found; found = objects.exec(text)) {
    const end = text.indexOf('endobj', found.index);
    const to = end < 0 ? all.length : end + 6;
    taken.push({ from: found.index, to });
    objects.lastIndex = to;
  }
  return { strays: without({ from: 0, to: all.length }, taken) };
}
