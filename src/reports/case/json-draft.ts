import { readTime } from '../../core/index.js';
import type { Finding } from '../types.js';

type Json = { readonly [key: string]: unknown };

/** Parses one JSON file of a draft. Where the file as a whole is wrong, it returns a finding. */
export function parseDraft(
  files: ReadonlyMap<string, string>,
  file: string,
): { readonly value: Json } | { readonly findings: readonly Finding[] } {
  const text = files.get(file);
  if (text === undefined) {
    return { findings: [{ file, element: '/', rule: 'required', message: 'the file is missing' }] };
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { value: value as Json };
  } catch {}
  return { findings: [{ file, element: '/', rule: 'well-formed', message: 'is not a JSON object' }] };
}

/** Collects the findings of one file by place. */
export class Checker {
  readonly findings: Finding[] = [];
  constructor(
    readonly file: string,
    readonly now: number,
  ) {}

  add(element: string, rule: string, message: string): void {
    this.findings.push({ file: this.file, element, rule, message });
  }

  text(value: unknown, element: string, max = Number.POSITIVE_INFINITY): value is string {
    if (typeof value !== 'string' || value.trim() === '') {
      this.add(element, 'required', 'is missing');
      return false;
    }
    if ([...value].length > max) this.add(element, 'length', `at most ${max} characters are taken`);
    return true;
  }

  time(value: unknown, element: string): void {
    if (!this.text(value, element)) return;
    const time = readTime(value);
    if (!time.ok) this.add(element, 'time', time.problem);
    else if (Date.parse(time.utc) > this.now) this.add(element, 'future', 'lies in the future');
  }

  /** Checks every time within a value, at any depth, under a key such as `at` or `uploadedAt`. */
  times(value: unknown, element: string): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, part] of Object.entries(value)) {
      const here = Array.isArray(value) ? `${element}[${Number(key) + 1}]` : `${element}/${key}`;
      if (/^at$|At$|Since$/.test(key)) this.time(part, here);
      else this.times(part, here);
    }
  }

  url(value: unknown, element: string): void {
    if (this.text(value, element) && !/^https?:\/\/[^\s\u0000-\u001f]+$/.test(value)) {
      this.add(element, 'url', 'is no web address, or holds blanks');
    }
  }

  oneOf(value: unknown, element: string, values: readonly string[]): void {
    if (this.text(value, element) && !values.includes(value)) {
      this.add(element, 'enumeration', `is none of: ${values.join(' | ')}`);
    }
  }

  pattern(value: unknown, element: string, pattern: RegExp): void {
    if (this.text(value, element) && !pattern.test(value)) this.add(element, 'pattern', 'has the wrong form');
  }

  /** Reports keys of an object that are not allowed. */
  only(value: Json, element: string, keys: readonly string[]): void {
    for (const key of Object.keys(value)) {
      if (!keys.includes(key)) this.add(`${element}/${key}`, 'unknown', 'has no place here');
    }
  }
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The items of a list. Reports a list that is empty. */
export function itemsOf(checker: Checker, value: unknown, element: string): readonly Json[] {
  const items = Array.isArray(value) ? value.filter(isObject) : [];
  if (items.length === 0) checker.add(element, 'required', 'is missing or empty');
  return items;
}
