import { base64At } from '../base64.js';
import { headBytes, type Kind } from './kinds.js';
import { holds } from './spans.js';

/** How base64 of a picture or archive begins, and the characters before that. Its bytes are verified when they are undone. */
const beginnings: readonly (readonly [string, number])[] = [
  ['/9j/', 0],
  ['iVBORw0KGgo', 0],
  ['R0lGOD', 0],
  ['UklGR', 0],
  ['SUkqA', 0],
  ['TU0AK', 0],
  ['Qk0', 0],
  ['Qk1', 0],
  ['Qk2', 0],
  ['Qk3', 0],
  ['Z0eX', 6],
  ['DEpYTCA', 4],
  ['DGpQICA', 4],
  ['OEJQUw', 0],
  ['GkXfo', 0],
  ['JVBERi', 0],
  ['UEsDB', 0],
  ['H4sI', 0],
  ['N3q8ryc', 0],
  ['UmFyIRoH', 0],
  ['/Td6W', 0],
  ['Qlpo', 0],
  ['KLUv/', 0],
  ['0M8R4', 0],
];

/** Bytes that are undone at first, and four times as many each time that these are not all. */
const firstPart = 1 << 16;
/** Fewer bytes than this are no picture that anybody could see anything in. */
const fewestBytes = 128;

/** Undoes base64 from the beginning of bytes on. Takes as long as there is any. */
function undone(all: Buffer) {
  for (let length = firstPart; ; length *= 4) {
    const text = all.toString('latin1', 0, length);
    const run = base64At(text, 0, text.length);
    if (run.end < text.length || length >= all.length) return run;
  }
}

/** Pictures and archives of these kinds that stand in other bytes as base64: in metadata, in programs, in databases. */
export function inBase64(kinds: readonly Kind[]): readonly Kind[] {
  const isCredible: Kind['isCredible'] = (head, step) => {
    const { bytes } = base64At(head.toString('latin1', 0, headBytes), 0, headBytes);
    return (
      bytes.length >= fewestBytes &&
      kinds.some((kind) => holds(bytes, kind.offset ?? 0, kind.magic) && kind.isCredible(bytes, step))
    );
  };
  return beginnings.map(([magic, offset]) => ({ magic, offset, isCredible, extentOf: undone }));
}
