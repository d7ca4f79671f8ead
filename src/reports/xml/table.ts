import { readTime } from '../../core/index.js';
import { characters, placeholder, plainIp, xmlText } from './text.js';

/** What the text of an element or attribute may be. */
export interface TextRule {
  readonly type:
    | 'string'
    | 'boolean'
    /** Only `true`; an empty element means the same. */
    | 'flag'
    | 'integer'
    | 'double'
    | 'date'
    | 'dateTime'
    | 'ip';
  /** Characters. */
  readonly max?: number;
  readonly pattern?: RegExp;
  /** The message for a text that does not match the pattern. */
  readonly problem?: string;
  readonly oneOf?: readonly string[];
  /** Smallest and largest number. */
  readonly range?: readonly [number, number];
  /** The one placeholder that may stay in a draft: a later step replaces it by a value that is not known yet. */
  readonly placeholder?: string;
}

/** What an element may contain: text or child elements, and attributes. */
export interface ElementRule {
  readonly text?: TextRule;
  readonly attributes?: Readonly<Record<string, TextRule & { readonly required?: true }>>;
  readonly children?: readonly Child[];
  /** `sequence` (the order of `children`), `all` (any order) or `choice` (exactly one). */
  readonly order: 'sequence' | 'all' | 'choice';
}

export interface Child {
  readonly name: string;
  readonly rule: ElementRule;
  readonly required: boolean;
  readonly repeats: boolean;
}

/** A broken rule, and the place in the document where it is broken. */
export interface Issue {
  /** `/report/incidentSummary/incidentType`; positions of repeated elements are one-based: `url[2]`. */
  readonly element: string;
  /** Stable, kebab-case. */
  readonly rule: string;
  readonly message: string;
}

export interface TextContext {
  /** Milliseconds since 1970: no time may lie after it. */
  readonly now: number;
  /** IANA name of the time zone for times that name none (`--time-zone`). */
  readonly zone?: string | undefined;
}

type Checked = { readonly text: string } | { readonly rule: string; readonly message: string };

const fail = (rule: string, message: string): Checked => ({ rule, message });

function checkNumber(rule: TextRule, text: string): Checked {
  const shape = rule.type === 'integer' ? /^[+-]?\d{1,15}$/ : /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
  if (!shape.test(text))
    return fail(rule.type, `is no ${rule.type === 'integer' ? 'whole number' : 'number'}`);
  const [low, high] = rule.range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  if (Number(text) < low || Number(text) > high) return fail('range', `lies outside ${low}…${high}`);
  return { text };
}

function checkTime(text: string, context: TextContext): Checked {
  const time = readTime(text, context.zone);
  if (!time.ok) return fail('time', time.problem);
  if (Date.parse(time.utc) > context.now) return fail('future', 'lies in the future');
  return { text: time.utc };
}

function checkDate(text: string, context: TextContext): Checked {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? readTime(`${text}T00:00Z`) : undefined;
  if (!time?.ok) return fail('date', 'is no date like 1990-12-31');
  return Date.parse(time.utc) > context.now ? fail('future', 'lies in the future') : { text };
}

/**
 * Returns the text in the form that the rule requires, or the broken rule. It makes `raw` safe for XML and never
 * shortens it.
 */
export function checkText(rule: TextRule, raw: string, context: TextContext): Checked {
  const text = xmlText(raw);
  if (text === rule.placeholder || rule.oneOf?.includes(text)) return { text };
  if (rule.type === 'boolean')
    return /^(true|false)$/.test(text) ? { text } : fail('boolean', 'is neither true nor false');
  if (rule.type === 'flag')
    return /^(true)?$/.test(text) ? { text: 'true' } : fail('flag', 'may only be true, or left out');
  if (rule.type === 'integer' || rule.type === 'double') return checkNumber(rule, text);
  if (rule.type === 'dateTime') return checkTime(text, context);
  if (rule.type === 'date') return checkDate(text, context);
  if (rule.type === 'ip') {
    const ip = plainIp(text);
    return ip === undefined ? fail('ip', 'is no IP address') : { text: ip };
  }
  if (text.trim() === '') return fail('empty', 'is empty; leave it out instead');
  if (placeholder.test(text)) return fail('placeholder', `still holds ${placeholder.exec(text)![0]}`);
  if (rule.oneOf) {
    return fail(
      'enumeration',
      `is none of: ${rule.oneOf.length > 30 ? 'the listed codes' : rule.oneOf.join(' | ')}`,
    );
  }
  if (rule.pattern && !rule.pattern.test(text))
    return fail('pattern', rule.problem ?? `does not look like ${rule.pattern.source}`);
  if (rule.max !== undefined && characters(text) > rule.max) {
    return fail('length', `has ${characters(text)} characters, at most ${rule.max} are taken`);
  }
  return { text };
}

const one = (name: string, rule: ElementRule): Child => ({ name, rule, required: true, repeats: false });
const optional = (name: string, rule: ElementRule): Child => ({
  name,
  rule,
  required: false,
  repeats: false,
});
const many = (name: string, rule: ElementRule): Child => ({ name, rule, required: false, repeats: true });
const several = (name: string, rule: ElementRule): Child => ({ name, rule, required: true, repeats: true });

/** Shorthands for writing tables of rules. */
export const table = {
  one,
  optional,
  many,
  several,
  text: (text: TextRule, attributes?: ElementRule['attributes']): ElementRule => ({
    text,
    order: 'sequence',
    ...(attributes ? { attributes } : {}),
  }),
  sequence: (children: readonly Child[], attributes?: ElementRule['attributes']): ElementRule => ({
    children,
    order: 'sequence',
    ...(attributes ? { attributes } : {}),
  }),
  all: (children: readonly Child[]): ElementRule => ({ children, order: 'all' }),
  choice: (children: readonly Child[]): ElementRule => ({ children, order: 'choice' }),
};
