/** How sure a fact is. Nothing that is not in a public document of a known date stands in the table. */
export type Mark =
  /** The organisation says so on a page of its own. */
  | 'own-page'
  /** A dated public document quotes or paraphrases the organisation's page. */
  | 'quoted'
  /** Nobody found a public document that says it. */
  | 'not-public';

/** Something that is known, or known not to be public, about a source. */
export interface Fact {
  /** A short sentence or two, without a full stop at the end. */
  readonly text: string;
  readonly mark: Mark;
  /** Date of the document, or the date on which a page without a date was read (YYYY-MM-DD). */
  readonly date: string;
  /** Where it stands: the host of the page, or whose document quotes it. */
  readonly at?: string;
}

/** How this program uses a source. */
export type Use = 'own' | 'sync' | 'file' | 'matcher' | 'elsewhere' | 'none';

/** Somebody who gives operators something to compare pictures with. */
export interface Source {
  readonly name: string;
  /** Whose it is. */
  readonly by: string;
  /** What the operator gets. */
  readonly gives: Fact;
  /** What it costs. */
  readonly costs: Fact;
  /** Who can have it, and on what terms. */
  readonly terms: readonly Fact[];
  /** What the application asks. */
  readonly form: Fact;
  /** How long it takes. */
  readonly takes: Fact;
  /** What it sees of the operator's pictures. */
  readonly sees: string;
  readonly use: Use;
  /** Where to begin. */
  readonly door: string;
  /** A block of the configuration's `exchanges`, for sources that `list sync` reads. */
  readonly exchange?: Readonly<Record<string, string>>;
}

/** What an operator said about the service. */
export interface Answers {
  /** ISO 3166 code of two letters: `DE`. */
  readonly country: string;
  readonly kind: ServiceKind;
  /** Pictures that users upload in a month, about. */
  readonly uploads: number;
  /** True for a registered company or organisation, false for a person. */
  readonly company: boolean;
  /** True where Cloudflare serves the pictures. */
  readonly cloudflare: boolean;
  readonly posts: Posts;
}

/** What users do on a service. */
export const serviceKinds = ['hosting', 'forum', 'social', 'chat', 'adult', 'other'] as const;
/** One of `serviceKinds`. */
export type ServiceKind = (typeof serviceKinds)[number];

/** Who sees what users upload: everybody, or those to whom it is sent. */
export const postKinds = ['public', 'private', 'both'] as const;
/** One of `postKinds`. */
export type Posts = (typeof postKinds)[number];
