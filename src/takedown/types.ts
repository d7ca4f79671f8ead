import type { Band, Category } from '../core/types.js';

/** The law under which a request was made; `own`: the operator's own rules. */
export const laws = ['us-tida', 'uk-10-3a', 'own'] as const;
/** One of `laws`. */
export type Law = (typeof laws)[number];

/** Languages of the notice and of the receipt. */
export const languages = ['en', 'de', 'fr', 'es', 'pt'] as const;
/** One of `languages`. */
export type Language = (typeof languages)[number];

/** The marks that a person can give to a copy. */
export const verdicts = ['removed', 'blocked', 'not-a-copy'] as const;
/** One of `verdicts`. */
export type Verdict = (typeof verdicts)[number];

/** One reported picture, file or hash: its entry on the operator's own list, with a line for each look. */
export interface ReportedEntry {
  /** Id of the entry, as `entryId` makes it. */
  readonly id: string;
  /** Hashes by algorithm, hexadecimal, and the `view` where that is not `upright`. Confidential. */
  readonly looks: readonly Readonly<Record<string, string>>[];
}

/** A file in the ledger that is the reported picture, or nearly. */
export interface Copy {
  /** Id of the detection event. */
  readonly id: string;
  /** Address of the asset, as in the event. */
  readonly uri: string;
  /** Page on which it was found. */
  readonly page?: string;
  /** Address at which the public gets it; absent where that is not known. */
  readonly url?: string;
  /** `identical`: the same bytes, or the same look to the last bit. `similar`: substantially the same. */
  readonly kind: 'identical' | 'similar';
  readonly algorithm: string;
  readonly view?: string;
  /** Bits in which the copy's hash differs from the entry's. */
  readonly distance: number;
  /** The most bits in which it may differ. */
  readonly threshold: number;
  /** Such matches that chance makes in a million pictures, as in `Match`. */
  readonly expectedByChance?: number;
  readonly band?: Band;
  /** SHA-256 of the copy's bytes. Confidential. */
  readonly sha256: string;
}

/** One thing that happened in a case. The program adds records and never changes one. */
export type TakedownRecord =
  | {
      readonly kind: 'opened';
      readonly law: Law;
      readonly category: Category;
      /** When the request came in: ISO 8601, UTC. */
      readonly received: string;
      readonly by: string;
      readonly entries: readonly ReportedEntry[];
      /** Ids of cases of the same picture. */
      readonly linked: readonly string[];
    }
  | {
      readonly kind: 'added';
      readonly by: string;
      readonly category: Category;
      readonly entries: readonly ReportedEntry[];
    }
  | { readonly kind: 'listed'; readonly list: string }
  | {
      readonly kind: 'searched';
      /** Id of the run that searched. */
      readonly scanId: string;
      /** Number of files in the ledger at that time. */
      readonly looked: number;
      /** True where the search could compare all of them. */
      readonly complete: boolean;
      /** The copies that no earlier search found. */
      readonly copies: readonly Copy[];
    }
  | {
      readonly kind: 'marked';
      /** Id of the copy. */
      readonly copy: string;
      readonly as: Verdict;
      readonly by: string;
      readonly note?: string;
    }
  | {
      readonly kind: 'request';
      readonly law: Law;
      readonly missing: readonly string[];
      /** SHA-256 of the encrypted request. */
      readonly sealed?: string;
    }
  | { readonly kind: 'closed'; readonly by: string; readonly note?: string }
  | { readonly kind: 'withdrawn'; readonly by: string; readonly note?: string };

/** A record with its time. */
export interface Dated {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly record: TakedownRecord;
}
