import { createRequire } from 'node:module';
import type * as XmlBuilder from 'xmlbuilder2';
import { xmlBuilderText } from '../../core/index.js';
import { type Child, checkText, type ElementRule, type Issue, type TextContext } from './table.js';

/**
 * Content of an element as JSON: text, a number or boolean; or an object with one key per child, `@name` for an
 * attribute and `#` for the text of an element that has attributes. A child that repeats is an array.
 */
export type XmlValue = string | number | boolean | XmlObject | readonly XmlValue[];
export type XmlObject = { readonly [key: string]: XmlValue | undefined };

type Report = (issue: Issue) => void;
interface Building {
  readonly context: TextContext;
  readonly report: Report;
}

const isObject = (value: XmlValue): value is XmlObject => typeof value === 'object' && !Array.isArray(value);
const isEmpty = (value: XmlValue | undefined): boolean =>
  value === undefined || value === '' || (Array.isArray(value) && value.length === 0);

function buildText(
  rule: NonNullable<ElementRule['text']>,
  value: XmlValue,
  path: string,
  at: Building,
): string {
  if (typeof value === 'object') {
    at.report({ element: path, rule: 'text', message: 'takes text only' });
    return '';
  }
  const checked = checkText(rule, String(value), at.context);
  if ('text' in checked) return xmlBuilderText(checked.text);
  at.report({ element: path, ...checked });
  return '';
}

function buildAttributes(rule: ElementRule, value: XmlObject, path: string, at: Building) {
  const built: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(rule.attributes ?? {})) {
    const given = value[`@${name}`];
    if (given !== undefined) built[`@${name}`] = buildText(attribute, given, `${path}/@${name}`, at);
    else if (attribute.required) {
      at.report({ element: `${path}/@${name}`, rule: 'required', message: 'is missing' });
    }
  }
  return built;
}

function buildChild(child: Child, value: XmlValue | undefined, path: string, at: Building): unknown {
  if (isEmpty(value)) {
    if (child.required) at.report({ element: path, rule: 'required', message: 'is missing' });
    return undefined;
  }
  if (!Array.isArray(value)) return build(child.rule, value!, path, at);
  if (!child.repeats && value.length > 1) {
    at.report({
      element: path,
      rule: 'occurrence',
      message: `is there ${value.length} times, may be there once`,
    });
  }
  return value.map((item, i) => build(child.rule, item, `${path}[${i + 1}]`, at));
}

function reportUnknown(rule: ElementRule, value: XmlObject, path: string, at: Building): void {
  const known = new Set([
    ...(rule.children ?? []).map((child) => child.name),
    ...Object.keys(rule.attributes ?? {}).map((name) => `@${name}`),
    ...(rule.text ? ['#'] : []),
  ]);
  for (const key of Object.keys(value)) {
    if (!known.has(key))
      at.report({ element: `${path}/${key}`, rule: 'unknown', message: 'is no part of this element' });
  }
}

/** Brings a value into the order and form of its rule, for xmlbuilder2, and reports the rules that it breaks. */
function build(rule: ElementRule, value: XmlValue, path: string, at: Building): unknown {
  if (rule.text) {
    if (!isObject(value)) return buildText(rule.text, value, path, at);
    reportUnknown(rule, value, path, at);
    return {
      ...buildAttributes(rule, value, path, at),
      '#': buildText(rule.text, value['#'] ?? '', path, at),
    };
  }
  if (!isObject(value)) {
    at.report({ element: path, rule: 'children', message: 'takes an object with its parts' });
    return {};
  }
  reportUnknown(rule, value, path, at);
  const children = rule.children ?? [];
  if (rule.order === 'choice') {
    const present = children.filter((child) => value[child.name] !== undefined);
    if (present.length !== 1) {
      const names = children.map((child) => child.name).join(' | ');
      at.report({ element: path, rule: 'choice', message: `takes exactly one of: ${names}` });
    }
    return Object.fromEntries(
      present.map((child) => [child.name, buildChild(child, value[child.name], `${path}/${child.name}`, at)]),
    );
  }
  const built: Record<string, unknown> = buildAttributes(rule, value, path, at);
  for (const child of children) {
    if (rule.order === 'all' && value[child.name] === false) continue;
    const part = buildChild(child, value[child.name], `${path}/${child.name}`, at);
    if (part !== undefined) built[child.name] = part;
  }
  return built;
}

/**
 * Writes an XML document of one root element, with its children in the order of the rule, and returns it with every
 * rule that the value breaks. Callers must not use a document with issues. It writes times in UTC.
 */
export function writeXml(
  name: string,
  rule: ElementRule,
  value: XmlObject,
  context: TextContext,
): { readonly xml: string; readonly issues: readonly Issue[] } {
  const issues: Issue[] = [];
  const root = build(rule, value, `/${name}`, { context, report: (issue) => issues.push(issue) });
  // The package takes half a second to load, so it is loaded only when XML is written.
  const { create } = createRequire(import.meta.url)('xmlbuilder2') as typeof XmlBuilder;
  const document = create({ version: '1.0', encoding: 'UTF-8' }, { [name]: root });
  return { xml: `${document.end({ prettyPrint: true, wellFormed: issues.length === 0 })}\n`, issues };
}
