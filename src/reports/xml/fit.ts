import { type Child, checkText, type ElementRule, type TextContext } from './table.js';
import type { XmlObject, XmlValue } from './write.js';

/** A text from outside that an element cannot take. */
export interface LeftOut {
  /** `/report/personOrUserReported/screenName`; positions of repeated elements are one-based: `url[2]`. */
  readonly element: string;
  /** What is wrong with it: `has 300 characters, at most 256 are taken`. */
  readonly reason: string;
  /** The whole text. */
  readonly text: string;
}

interface Fitting {
  readonly context: TextContext;
  readonly leaveOut: (what: LeftOut) => void;
}

const isObject = (value: XmlValue): value is XmlObject => typeof value === 'object' && !Array.isArray(value);

function fitText(rule: ElementRule, value: XmlValue, element: string, at: Fitting): XmlValue | undefined {
  const text = String(isObject(value) ? value['#'] : value);
  const { type } = rule.text!;
  // Times, numbers and booleans come from the operator, who can correct them: a wrong one stops the draft.
  if (type !== 'string' && type !== 'date') return value;
  if (text.trim() === '') return undefined;
  const checked = checkText(rule.text!, text, at.context);
  if ('text' in checked) return value;
  at.leaveOut({ element, reason: checked.message, text });
  return undefined;
}

function fitChild(child: Child, value: XmlValue, element: string, at: Fitting): XmlValue | undefined {
  if (!Array.isArray(value)) return fitElement(child.rule, value, element, at);
  const items = value.flatMap((item, i) => fitElement(child.rule, item, `${element}[${i + 1}]`, at) ?? []);
  return items.length === 0 ? undefined : items;
}

function fitElement(rule: ElementRule, value: XmlValue, element: string, at: Fitting): XmlValue | undefined {
  if (rule.text) return fitText(rule, value, element, at);
  if (!isObject(value)) return value;
  const fitted: Record<string, XmlValue | undefined> = { ...value };
  for (const child of rule.children ?? []) {
    const given = value[child.name];
    if (given === undefined) continue;
    fitted[child.name] = fitChild(child, given, `${element}/${child.name}`, at);
    if (child.required && fitted[child.name] === undefined) return undefined;
  }
  return Object.values(fitted).some((part) => part !== undefined) ? fitted : undefined;
}

/**
 * Returns the content of an element without the texts from outside that it cannot take, because such a text must not
 * keep anybody from reporting. It calls `leaveOut` for each of them and shortens none. Where an element loses a part
 * that it requires, the whole element is left out.
 */
export const fitXml = (
  name: string,
  rule: ElementRule,
  value: XmlObject,
  context: TextContext,
  leaveOut: (what: LeftOut) => void,
): XmlObject => (fitElement(rule, value, `/${name}`, { context, leaveOut }) ?? {}) as XmlObject;
