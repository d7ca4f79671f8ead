import type { Period } from '../core/index.js';
import law from './law.json' with { type: 'json' };

/** What a fact is about. */
export const duties = [
  'report',
  'register',
  'preserve',
  'tell',
  'take-down',
  'detect',
  'transparency',
] as const;
/** One of `duties`. */
export type Duty = (typeof duties)[number];

/** How well a fact is known; `law.json` explains the marks. */
export const marks = ['V', 'S+', 'S', 'N', 'K'] as const;

/** What the law of a place says about one duty. */
export interface LawFact {
  /** Code of the place: `us`. */
  readonly place: string;
  readonly duty: Duty;
  /** A sentence or more for people. */
  readonly text: string;
  readonly source: string;
  /** The day on which the source was seen: YYYY-MM-DD. */
  readonly seen: string;
  readonly mark: (typeof marks)[number];
  /** `preserve`: how long, from the completed report. */
  readonly period?: Period;
  /** `preserve`: `order` where nobody may keep a copy unless an authority orders it. */
  readonly copies?: 'order';
  /** `report`, `take-down`: within how many hours. */
  readonly hours?: number;
}

/** Every fact, by place. */
export const lawFacts = law.facts as readonly LawFact[];
/** The places: title, and names in the registry of authorities, first choice first. */
export const places = law.places;

const told = {
  V: '',
  'S+': ', as others quote it',
  S: ', by a secondary source',
  N: '',
  K: ', not verified',
};

/** A fact with its source, for documents: `1 year … (18 U.S.C. 2258A(h), as others quote it; seen 2026-11-30).` */
export function factText({ text, source, seen, mark }: LawFact): string {
  const where = mark === 'N' ? '' : `${source}${told[mark]}; `;
  return `${text} (${where}seen ${seen})`;
}

/** The facts of a place about some duties. */
export const factsOf = (place: string, ...about: readonly Duty[]): readonly LawFact[] =>
  lawFacts.filter((fact) => fact.place === place && about.includes(fact.duty));

/** Facts that code may decide on: those whose source was read, or is quoted by dated public documents. */
export const isSure = ({ mark }: LawFact): boolean => mark === 'V' || mark === 'S+';
