import { type Line, splitLines } from './text.js';
import type { ListFormat, ListItem, ListProblem } from './types.js';
import { readFrameLine, readVpdq } from './vpdq-signal.js';

/** The longest signal that is read, in characters: more than a day of one frame a second. */
const maxSignal = 1 << 23;

/** Videos as lists of the PDQ hashes of their frames. */
export const vpdq: ListFormat = {
  about:
    'videos by the PDQ hashes of their frames (vPDQ): `frame,quality,hash,timestamp` a line, or one JSON array or object a video',
  extensions: ['vpdq'],
  detect(head) {
    const start = head.trimStart();
    if (readFrameLine(start.split(/[\r\n]/, 1)[0]!)) return true;
    return (
      /^\[\s*"[0-9a-f]{64},\s*\d+,/i.test(start) ||
      /^\{\s*"\d+"\s*:\s*\{\s*"(hash|quality|timestamp)"/.test(start)
    );
  },
  async *read(text) {
    const reader = new VpdqReader();
    for await (const lines of splitLines(text)) yield lines.flatMap((line) => reader.push(line));
    yield reader.end();
  },
};

/** Joins the lines of each video. */
class VpdqReader {
  #lines: string[] = [];
  #first = 0;
  #length = 0;
  /** The number of the last frame, where the lines are frames. */
  #frame = -1;
  /** Brackets that are open, where the lines are JSON. */
  #depth = 0;

  push(line: Line | ListProblem): readonly ListItem[] {
    if ('problem' in line) return [line];
    if (line.text.trim() === '') return [];
    if (this.#depth > 0 || /^\s*[[{]/.test(line.text)) return this.#json(line);
    const frame = readFrameLine(line.text);
    if (!frame) return [{ line: line.line, problem: 'no frame of a vPDQ signal' }];
    // The numbers begin anew with each video.
    const before = frame.frame <= this.#frame ? this.end() : [];
    this.#frame = frame.frame;
    return [...before, ...this.#keep(line)];
  }

  /** The video that has begun. */
  end(): readonly ListItem[] {
    const [hash, line] = [this.#lines.join('\n'), this.#first];
    this.#lines = [];
    this.#length = 0;
    this.#frame = -1;
    const isCut = this.#depth > 0;
    this.#depth = 0;
    if (hash === '') return [];
    return isCut || !readVpdq(hash)
      ? [{ line, problem: isCut ? 'the vPDQ signal seems to be cut' : 'no vPDQ signal' }]
      : [{ line, hashes: [{ algorithm: 'vpdq', hash }] }];
  }

  #json(line: Line): readonly ListItem[] {
    const before = this.#depth === 0 ? this.end() : [];
    // No text of a signal holds a bracket, so that strings need no care.
    for (const [bracket] of line.text.matchAll(/[[\]{}]/g))
      this.#depth += bracket === '[' || bracket === '{' ? 1 : -1;
    const kept = this.#keep(line);
    return this.#depth > 0 ? [...before, ...kept] : [...before, ...kept, ...this.#ended()];
  }

  #ended(): readonly ListItem[] {
    this.#depth = 0;
    return this.end();
  }

  #keep({ line, text }: Line): readonly ListItem[] {
    if (this.#lines.length === 0) this.#first = line;
    this.#lines.push(text);
    this.#length += text.length;
    if (this.#length <= maxSignal) return [];
    this.#lines = [];
    this.#length = 0;
    return [{ line: this.#first, problem: 'the vPDQ signal is too long' }];
  }
}
