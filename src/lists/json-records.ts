import { printable } from '../core/index.js';
import { repeatedKey } from './json-keys.js';
import type { ListProblem, ListWarning } from './types.js';

/** The longest record that is read, in characters. A longer one is a problem: no file may fill the memory. */
const maxRecord = 1 << 22;
/** The deepest nesting that is read. */
const maxDepth = 64;

/** One record of a JSON document. */
export interface JsonRecord {
  /** One-based number of the line where it starts. */
  readonly line: number;
  readonly value: Readonly<Record<string, unknown>>;
  /** A key that the record has twice, so that all but the last of its values are lost. */
  readonly repeated?: string;
}

/** An object that has begun and not ended yet. */
interface Open {
  readonly kind: '{' | '[';
  /** The key that it has in its parent. */
  readonly key: string | undefined;
  /** True where the object may be a record: an element of a list of records, or an object at the top. */
  readonly candidate: boolean;
  readonly line: number;
  /** Its text so far; undefined once it cannot be a record. */
  text: string | undefined;
  tooLong: boolean;
  /** The key of the member that is being read. */
  lastKey: string | undefined;
  /**
   * For an entry that contains a list of records: these records. They count where the entry is too long to be read
   * whole.
   */
  held: Item[] | undefined;
  /** Keys for which `isSaid` is true. They cause a warning where the object turns out only to hold a list. */
  readonly said: Set<string>;
}

type Item = JsonRecord | ListProblem | ListWarning;

/**
 * Streams the records of a JSON text. Records are the objects at the top, in an array at the top, and in an array whose
 * name is in `arrays`, except those that hold such an array themselves. With `isSaid`, an element that holds such an
 * array is one record with everything in it, unless it is too long; for an object that is no record because it holds
 * the list, there is a warning for each key for which `isSaid` is true. One pass over the characters finds where each
 * record ends; JSON.parse reads it. Own code, because streaming parsers keep strings of any length and stop at the
 * first bad record; here memory is bounded, and a bad record costs only itself.
 */
export class JsonRecords {
  readonly #stack: Open[] = [];
  readonly #arrays: ReadonlySet<string>;
  #line = 1;
  #inString = false;
  #escaped = false;
  /** The last string outside records, which may be a key; cut off at 64 characters. */
  #string = '';
  #afterColon = false;
  #inStray = false;
  #items: Item[] = [];

  constructor(
    arrays: readonly string[],
    private readonly isSaid?: (key: string) => boolean,
  ) {
    this.#arrays = new Set(arrays);
  }

  /** The number of the line that was reached. */
  get line(): number {
    return this.#line;
  }

  /** True once every object and array has ended. */
  get complete(): boolean {
    return this.#stack.length === 0 && !this.#inString;
  }

  /** Takes a piece of the text and returns the records that end in it. */
  push(text: string): readonly Item[] {
    this.#items = [];
    /** Where the part of `text` starts that the innermost candidate does not have yet. */
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 10) this.#line++;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === 92) this.#escaped = true;
        else if (code === 34) {
          this.#inString = false;
          continue;
        }
        if (this.#string.length < 64) this.#string += text[at];
        continue;
      }
      switch (code) {
        case 34:
          this.#stray();
          this.#inString = true;
          this.#string = '';
          break;
        case 58:
          this.#noteKey();
          break;
        case 44:
          this.#afterColon = false;
          this.#inStray = false;
          break;
        case 123:
        case 91:
          this.#keep(text.slice(from, at));
          from = at;
          this.#open(code === 123 ? '{' : '[');
          break;
        case 125:
        case 93:
          this.#keep(text.slice(from, at + 1));
          from = at + 1;
          this.#close(code === 125 ? '{' : '[');
          break;
        default:
          if (code > 32) this.#stray();
      }
    }
    this.#keep(text.slice(from));
    return this.#items;
  }

  /** Notes a number or text in the place of an object. */
  #stray(): void {
    const top = this.#stack.at(-1);
    if (top === undefined) throw new RangeError('this is no JSON');
    if (top.kind !== '[' || !top.candidate || this.#inStray) return;
    this.#inStray = true;
    this.#deliver({ line: this.#line, problem: 'expected a JSON object' });
  }

  #noteKey(): void {
    const top = this.#stack.at(-1);
    if (top) {
      top.lastKey = this.#string;
      if (top.candidate && this.isSaid?.(this.#string)) top.said.add(this.#string);
    }
    this.#afterColon = true;
  }

  /** Delivers an item, or holds it back where it is inside an entry that may still be read whole. */
  #deliver(item: Item, below = this.#stack.length): void {
    for (let at = below - 1; at >= 0; at--) {
      const { held } = this.#stack[at]!;
      if (held) return void held.push(item);
    }
    this.#items.push(item);
  }

  /** Adds text to every open candidate. */
  #keep(part: string): void {
    if (part === '') return;
    for (const [depth, open] of this.#stack.entries()) {
      if (open.text === undefined || open.tooLong) continue;
      if (open.text.length + part.length <= maxRecord) open.text += part;
      else if (open.held) this.#spread(open, depth);
      else {
        open.tooLong = true;
        open.text = '';
      }
    }
  }

  /** Marks an object that holds a list of records: it is no record itself, and its text is dropped. */
  #spread(open: Open, depth: number): void {
    const held = open.held ?? [];
    open.text = undefined;
    open.held = undefined;
    for (const item of held) this.#deliver(item, depth);
  }

  #open(kind: '{' | '['): void {
    const parent = this.#stack.at(-1);
    const key = parent?.kind === '{' && this.#afterColon ? parent.lastKey : undefined;
    this.#afterColon = false;
    const holdsRecords =
      kind === '[' && (key === undefined ? parent === undefined : this.#arrays.has(key)) && this.#mayNest();
    if (holdsRecords && this.isSaid && this.#stack.length > 1 && !parent!.tooLong) parent!.held ??= [];
    else if (holdsRecords) for (const [depth, open] of this.#stack.entries()) this.#spread(open, depth);
    const candidate = kind === '{' && (parent === undefined || (parent.kind === '[' && parent.candidate));
    this.#stack.push({
      kind,
      key,
      candidate: kind === '[' ? holdsRecords : candidate,
      line: this.#line,
      text: kind === '{' && candidate ? '' : undefined,
      tooLong: false,
      lastKey: undefined,
      held: undefined,
      said: new Set(),
    });
    if (this.#stack.length > maxDepth) throw new RangeError('nested too deeply');
  }

  /** True at the top and in what may be a record: only there may a list of records stand. */
  #mayNest(): boolean {
    const parent = this.#stack.at(-1);
    return parent === undefined || parent.candidate;
  }

  #close(kind: '{' | '['): void {
    const open = this.#stack.pop();
    if (open?.kind !== kind) throw new RangeError('a bracket is out of place');
    this.#inStray = false;
    if (!open.candidate || kind === '[') return;
    if (open.text === undefined) this.#tellSaid(open);
    else if (open.tooLong) this.#deliver({ line: open.line, problem: 'the record is too long' });
    else this.#deliver(parse(open.line, open.text));
  }

  #tellSaid({ line, said }: Open): void {
    if (said.size === 0) return;
    const keys = [...said].map((key) => `"${printable(key)}"`).join(', ');
    this.#deliver({
      line,
      warning: `${keys} of the object that holds the list is not read: give --category or --column for all of it`,
    });
  }
}

/** The parser's own message quotes the text, and the text is confidential. */
function parse(line: number, text: string): JsonRecord | ListProblem {
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    const repeated = repeatedKey(text, value);
    return { line, value, ...(repeated !== undefined && { repeated }) };
  } catch {
    return { line, problem: 'not valid JSON' };
  }
}
