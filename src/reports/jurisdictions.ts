import { UsageError } from '../core/index.js';

/** What the law of a place says, as far as public sources confirm it. The rest is called unknown. */
export interface Jurisdiction {
  readonly code: string;
  readonly title: string;
  /** Names in the registry of authorities, first choice first. */
  readonly authorities: readonly string[];
  readonly deadline: string;
  readonly preservation: string;
  /** How many days reported material must be kept, where the number is known. */
  readonly preservationDays?: number;
  readonly duties: readonly string[];
}

const profiles = {
  us: {
    title: 'United States',
    authorities: ['ncmec'],
    deadline:
      'As soon as reasonably possible after you know of an apparent violation (18 U.S.C. 2258A(a)). No number of hours is given.',
    preservation: '1 year from the completed report (18 U.S.C. 2258A(h), as amended by P.L. 118-59).',
    preservationDays: 365,
    duties: [
      'The report must give your mailing address, telephone number, e-mail address and an individual contact point.',
      'Preserve what the report contains, and files that give it context, consistently with the newest NIST Cybersecurity Framework.',
      'Keep the number of people with access as small as possible; destroy the material when law enforcement asks for it (18 U.S.C. 2258B(c)).',
      'There is no duty to search (18 U.S.C. 2258A(f); exact wording not verified).',
    ],
  },
  uk: {
    title: 'United Kingdom',
    authorities: ['uk-nca', 'iwf'],
    deadline: 'Unknown: the schedule of SI 2026/268 was not available to the authors. Ask the NCA.',
    preservation:
      'Unknown: the regulations ask for retention of data and of a record of each report. Ask the NCA.',
    duties: [
      'UK providers of user-to-user services report all detected, unreported CSEA content to the NCA; others only UK-linked content (Online Safety Act 2023, s. 66).',
      'Reporting needs registration with the NCA; reports go in by its portal or interface (SI 2026/268, in force since 7 April 2026).',
      'Keep a record of each report.',
    ],
  },
  ca: {
    title: 'Canada',
    authorities: ['ca-c3p'],
    deadline: 'Unknown: no number of hours is confirmed. Report without delay.',
    preservation: '21 days (S.C. 2011, c. 4; SOR/2011-292).',
    preservationDays: 21,
    duties: [
      'Report only the Internet address (IP address or URL): the system accepts nothing else. Keep the receipt.',
      'Notify the police separately.',
      'Do not disclose that you reported, nor the content of the report.',
    ],
  },
  eu: {
    title: 'European Union',
    authorities: ['eu-dsa16', 'iwf'],
    deadline:
      'Unknown as a number of hours (DSA Art. 18; exact wording not verified). Inform the police without delay.',
    preservation: 'No general period is known. Ask the police whom you inform.',
    duties: [
      'A hosting service that suspects a crime threatening life or safety informs the police of the Member State concerned, or of its own, or Europol (DSA Art. 18; exact wording not verified).',
      'The user whose content is restricted gets a statement of reasons (DSA Art. 17), which names automated means where they were used. Agree its timing with the police.',
    ],
  },
  de: {
    title: 'Germany',
    authorities: ['eu-dsa16', 'iwf'],
    deadline:
      'Unknown as a number of hours (DSA Art. 18; exact wording not verified). Inform the police without delay.',
    preservation: 'No period is known. Ask the police before you keep any copy.',
    duties: [
      'Do not copy, move or download the file: section 184b StGB punishes possession and knows no exemption for providers.',
      'Reports under DSA Art. 18 are said to go to the BKA (not verified).',
    ],
  },
  au: {
    title: 'Australia',
    authorities: ['generic'],
    deadline: 'Unknown: figures of 24 hours are mentioned but not verified. Report without delay.',
    preservation: 'Unknown. Ask eSafety or the ACCCE.',
    duties: [
      'Services act on known material under the DIS and RES standards, in force since December 2024; it is reported to eSafety or the ACCCE.',
    ],
  },
} satisfies Record<string, Omit<Jurisdiction, 'code'>>;

export type JurisdictionCode = keyof typeof profiles;
export const jurisdictionCodes = Object.keys(profiles) as readonly JurisdictionCode[];

/** The jurisdiction of a code. Raises UsageError for an unknown one. */
export function jurisdictionOf(code: string | undefined): Jurisdiction {
  const known = jurisdictionCodes.join(', ');
  if (code === undefined) {
    throw new UsageError(
      `No jurisdiction: set operator.jurisdiction or give --jurisdiction (one of ${known}).`,
    );
  }
  const profile = jurisdictionCodes.find((name) => name === code);
  if (!profile) throw new UsageError(`Unknown jurisdiction "${code}": use one of ${known}.`);
  return { code: profile, ...profiles[profile] };
}
