import { base64At } from '../base64.js';
import { headBytes, type Kind } from './kinds.js';
import { holds } from './spans.js';

/**
 * The first characters of the base64 of a picture or archive, and how many characters stand before them. `isCredible`
 * checks the decoded bytes.
 */
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

/** Bytes that are decoded at first; four times as many each time that the base64 is longer. */
const firstPart = 1 << 16;
/** Fewer bytes than this are no picture in which anybody could see anything. */
const fewestBytes = 128;

/** Decodes the base64 with which bytes begin. The time is linear in the length of the base64. */
function undone(all: Buffer) {
  for (let length = firstPart; ; length *= 4) {
    const text = all.toString('latin1', 0, length);
    const run = base64At(text, 0, text.length);
    if (run.end < text.length || length >= all.length) return run;
  }
}

/** Makes kinds that find files of `kinds` written as base64 within other bytes: metadata, programs, databases. Pure. */
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
