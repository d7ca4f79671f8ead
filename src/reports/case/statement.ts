import type { Case, CaseFile } from '../types.js';
import { distinct, gradeOf } from './facts.js';

/** What a draft may state about a file: what kind of lists it matches, and no more. */
export type Basis = 'csam' | 'exploitative' | 'harmful-abusive-material' | 'own';

type Matched = Pick<CaseFile, 'matches'>;

/** The most serious category of a file's matches. */
export function basisOf({ matches }: Matched): Basis {
  const has = (category: Basis) => matches.some((match) => match.category === category);
  const known = ['csam', 'exploitative', 'harmful-abusive-material'] as const;
  return known.find(has) ?? 'own';
}

const lists: Readonly<Record<Basis, string>> = {
  csam: 'lists of known child sexual abuse material',
  exploitative: 'lists of exploitative material',
  'harmful-abusive-material': 'lists of harmful-abusive material',
  own: 'our own list of removed files',
};

/** `lists of known child sexual abuse material or our own list of removed files`, for the end of `entries of …`. */
export const listsOf = (files: readonly Matched[]): string =>
  distinct(files.map(basisOf))
    .map((basis) => lists[basis])
    .join(' or ');

/** `Matches an entry of …` for one file or several at one address. */
export const matchesEntry = (files: readonly Matched[]): string =>
  `Matches an entry of ${listsOf(files).replaceAll(/\blists of/g, 'a list of')}`;

/**
 * The grade that supports the statement where no list of abuse material does. Undefined where each file is on such a
 * list.
 */
export function gradesBeyondLists(found: Case, files: readonly CaseFile[]): string | undefined {
  const grades = files
    .filter((file) => basisOf(file) !== 'csam')
    .map((file) => gradeOf(found, file)?.grade ?? 'not at all');
  if (grades.length === 0) return undefined;
  return `What is on no list of known child sexual abuse material was graded: ${distinct(grades).join(', ')}.`;
}

/** Who graded one file, for authorities. */
export function basisNote(found: Case, file: CaseFile): string | undefined {
  const basis = basisOf(file);
  if (basis === 'csam') return undefined;
  const grade = gradeOf(found, file);
  const graded = grade ? `graded ${grade.grade} by ${grade.by}` : 'graded by nobody';
  return `On ${lists[basis].replace('lists', 'a list')}, on none of known child sexual abuse material; ${graded}.`;
}

/**
 * Why a draft may not state anything about a file: it is on a list of the operator's own, which does not say what it
 * contains; or a matching service calls it harmful, which is not illegal everywhere; or the file is merely exploitative, and the draft would call it illegal. A grade decides: by a person, on
 * the command line, or on the list.
 */
export function undecided(
  file: Pick<CaseFile, 'context' | 'matches'>,
  {
    classification,
    statesIllegality,
  }: Pick<Case, 'classification'> & { readonly statesIllegality?: boolean },
): Exclude<Basis, 'csam'> | undefined {
  const basis = basisOf(file);
  if (basis === 'csam' || gradeOf({ ...(classification && { classification }) }, file)) return undefined;
  return basis !== 'exploitative' || statesIllegality ? basis : undefined;
}
