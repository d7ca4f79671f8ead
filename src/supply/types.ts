/** How sure a fact is. The table holds only facts from public documents with a known date. */
export type Mark =
  /** The organisation says so on a page of its own. */
  | 'own-page'
  /** A dated public document quotes or paraphrases the organisation's page. */
  | 'quoted'
  /** Nobody found a public document that says it. */
  | 'not-public';

/** One thing that is known about a source, or that no public document says. */
export interface Fact {
  /** A short sentence or two, without a full stop at the end. */
  readonly text: string;
  readonly mark: Mark;
  /** Date of the document, or the date on which a page without a date was read (YYYY-MM-DD). */
  readonly date: string;
  /** The host of the page that says it, or a description of the document that quotes it. */
  readonly at?: string;
}

/** How this program uses a source. */
export type Use = 'own' | 'sync' | 'file' | 'matcher' | 'elsewhere' | 'none';

/** Somebody who gives operators something to compare pictures with. */
export interface Source {
  readonly name: string;
  /** The organisation that runs it. */
  readonly by: string;
  /** What the operator gets. */
  readonly gives: Fact;
  /** What it costs. */
  readonly costs: Fact;
  /** Who can have it, and on what terms. */
  readonly terms: readonly Fact[];
  /** What the application asks. */
  readonly form: Fact;
  /** How long an application takes. */
  readonly takes: Fact;
  /** What it sees of the operator's pictures. */
  readonly sees: string;
  readonly use: Use;
  /** Where the operator begins: an address, a page or a command. */
  readonly door: string;
  /** A block of the configuration's `exchanges`, for sources that `list sync` reads. */
  readonly exchange?: Readonly<Record<string, string>>;
}

/** The answers of an operator to the questions of `init`. */
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

/** Who sees the uploads of users: everybody (`public`), or only the people to whom they are sent (`private`). */
export const postKinds = ['public', 'private', 'both'] as const;
/** One of `postKinds`. */
export type Posts = (typeof postKinds)[number];
