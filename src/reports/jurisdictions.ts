import { type Period, UsageError } from '../core/index.js';
import { factsOf, factText, isSure, places } from './law.js';

/** What the law of a place says, as far as public sources confirm it. The rest is called unknown. */
export interface Jurisdiction {
  readonly code: string;
  readonly title: string;
  /** Names in the registry of authorities, first choice first. */
  readonly authorities: readonly string[];
  readonly deadline: string;
  readonly preservation: string;
  /** How long reported material must be kept from the completed report, where that is known. */
  readonly period?: Period;
  /** Why nobody may keep copies unless an authority orders it; absent where copies are allowed. */
  readonly noCopies?: string;
  readonly duties: readonly string[];
}

export type JurisdictionCode = keyof typeof places;
export const jurisdictionCodes = Object.keys(places) as readonly JurisdictionCode[];

/** The jurisdiction of a code. Raises UsageError for an unknown one. */
export function jurisdictionOf(code: string | undefined): Jurisdiction {
  const known = jurisdictionCodes.join(', ');
  if (code === undefined) {
    throw new UsageError(
      `No jurisdiction: set operator.jurisdiction or give --jurisdiction (one of ${known}).`,
    );
  }
  const place = jurisdictionCodes.find((name) => name === code);
  if (!place) throw new UsageError(`Unknown jurisdiction "${code}": use one of ${known}.`);
  return profileOf(place);
}

/** Puts together what the facts of a place say: the first about a duty is the answer, the others stand among the duties. */
function profileOf(place: JurisdictionCode): Jurisdiction {
  const [report, ...reports] = factsOf(place, 'report');
  const [preserve, ...preserves] = factsOf(place, 'preserve');
  const more = factsOf(place, 'register', 'tell', 'take-down', 'detect', 'transparency');
  const sure = factsOf(place, 'preserve').filter(isSure);
  const period = sure.find((fact) => fact.period)?.period;
  const copies = sure.find((fact) => fact.copies === 'order');
  return {
    code: place,
    ...places[place],
    deadline: factText(report!),
    preservation: factText(preserve!),
    ...(period ? { period } : {}),
    ...(copies ? { noCopies: factText(copies) } : {}),
    duties: [...reports, ...preserves, ...more].map(factText),
  };
}
