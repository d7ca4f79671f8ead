import { createRequire } from 'node:module';
import type * as Saxes from 'saxes';
import {
  type Child,
  checkText,
  type ElementRule,
  type Issue,
  type TextContext,
  type TextRule,
} from './table.js';

/** An element of a document that was read. */
export interface XmlElement {
  readonly name: string;
  /** One-based number of the line on which its end tag begins, for messages. */
  readonly line: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Reads the root element of a document. Raises SyntaxError where it is not well-formed, or has a DOCTYPE. */
export function readXml(xml: string): XmlElement {
  const { SaxesParser } = createRequire(import.meta.url)('saxes') as typeof Saxes;
  const parser = new SaxesParser();
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  parser.on('error', (error) => {
    throw new SyntaxError(error.message);
  });
  parser.on('doctype', () => {
    throw new SyntaxError(`${parser.line}:${parser.column}: a DOCTYPE has no place here`);
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = {
      name,
      line: parser.line,
      attributes: { ...attributes },
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  const addText = (text: string) => {
    const element = open.at(-1);
    if (element) element.text += text;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  if (!root) throw new SyntaxError('there is no element');
  return root;
}

interface Checking {
  readonly context: TextContext;
  readonly issues: Issue[];
}

function checkTextAt(rule: TextRule, text: string, element: string, at: Checking): void {
  const checked = checkText(rule, text, at.context);
  if (!('text' in checked)) at.issues.push({ element, ...checked });
}

function checkAttributes(rule: ElementRule, element: XmlElement, path: string, at: Checking): void {
  for (const [name, text] of Object.entries(element.attributes)) {
    if (name.startsWith('xmlns') || name.startsWith('xsi:')) continue;
    const attribute = rule.attributes?.[name];
    if (attribute) checkTextAt(attribute, text, `${path}/@${name}`, at);
    else
      at.issues.push({
        element: `${path}/@${name}`,
        rule: 'unknown',
        message: 'is no attribute of this element',
      });
  }
  for (const [name, attribute] of Object.entries(rule.attributes ?? {})) {
    if (attribute.required && element.attributes[name] === undefined) {
      at.issues.push({ element: `${path}/@${name}`, rule: 'required', message: 'is missing' });
    }
  }
}

function checkOrder(rule: ElementRule, element: XmlElement, path: string, at: Checking): void {
  const children = rule.children ?? [];
  const position = new Map(children.map((child, i) => [child.name, i]));
  let last = -1;
  for (const { name, line } of element.children) {
    const here = position.get(name);
    if (here === undefined) continue;
    if (here < last && rule.order === 'sequence') {
      const message = `stands after ${children[last]!.name}, must stand before it (line ${line})`;
      at.issues.push({ element: `${path}/${name}`, rule: 'order', message });
    }
    last = Math.max(last, here);
  }
  if (rule.order === 'choice' && element.children.length !== 1) {
    const message = `takes exactly one of: ${children.map((child) => child.name).join(' | ')}`;
    at.issues.push({ element: path, rule: 'choice', message });
  }
}

function checkOccurrence(child: Child, found: number, path: string, at: Checking): void {
  if (found === 0 && child.required)
    at.issues.push({ element: path, rule: 'required', message: 'is missing' });
  if (found > 1 && !child.repeats) {
    at.issues.push({
      element: path,
      rule: 'occurrence',
      message: `is there ${found} times, may be there once`,
    });
  }
}

function checkElement(rule: ElementRule, element: XmlElement, path: string, at: Checking): void {
  checkAttributes(rule, element, path, at);
  if (rule.text) {
    for (const child of element.children) {
      at.issues.push({
        element: `${path}/${child.name}`,
        rule: 'unknown',
        message: 'stands in an element for text',
      });
    }
    checkTextAt(rule.text, element.text, path, at);
    return;
  }
  if (element.text.trim() !== '') {
    at.issues.push({ element: path, rule: 'text', message: 'holds text between its parts' });
  }
  checkOrder(rule, element, path, at);
  const rules = new Map((rule.children ?? []).map((child) => [child.name, child]));
  const seen = new Map<string, number>();
  for (const child of element.children) {
    const known = rules.get(child.name);
    if (!known) {
      const message = `is no part of ${element.name} (line ${child.line})`;
      at.issues.push({ element: `${path}/${child.name}`, rule: 'unknown', message });
      continue;
    }
    const count = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, count);
    const place = known.repeats ? `[${count}]` : '';
    checkElement(known.rule, child, `${path}/${child.name}${place}`, at);
  }
  if (rule.order === 'choice') return;
  for (const child of rules.values())
    checkOccurrence(child, seen.get(child.name) ?? 0, `${path}/${child.name}`, at);
}

/** Finds every rule that a document breaks, in the order of the document. */
export function checkXml(
  name: string,
  rule: ElementRule,
  xml: string,
  context: TextContext,
): { readonly issues: readonly Issue[]; readonly root?: XmlElement } {
  const issues: Issue[] = [];
  try {
    const root = readXml(xml);
    if (root.name === name) checkElement(rule, root, `/${name}`, { context, issues });
    else issues.push({ element: `/${root.name}`, rule: 'root', message: `must be ${name}` });
    return { issues, root };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { issues: [{ element: '/', rule: 'well-formed', message: error.message }] };
  }
}

/** The text of the first element at a path of names under `element`; undefined where there is none. */
export function textAt(element: XmlElement, ...path: readonly string[]): string | undefined {
  let here: XmlElement | undefined = element;
  for (const name of path) here = here?.children.find((child) => child.name === name);
  return here?.text;
}
