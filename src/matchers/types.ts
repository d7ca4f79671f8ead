import type { Category, ScanResult } from '../core/types.js';

/** The hashes that a matching service can be asked about: fingerprints of pixels, or digests of the bytes. */
export const askable = ['pdq', 'md5', 'sha1', 'sha256'] as const;
/** One of `askable`. */
export type Askable = (typeof askable)[number];

/** One question to a service: the hashes of one look at one asset. The program sends nothing else of the asset. */
export interface Question {
  /** The same for the same hashes. */
  readonly key: string;
  /** Hashes in lower-case hex by algorithm: all that the service's settings need. */
  readonly hashes: Readonly<Partial<Record<Askable, string>>>;
}

/** An entry that the service found near the hashes of a question. */
export interface Hit {
  readonly category: Category;
  /** The service's own word for the category. */
  readonly classification?: string;
  /** Whether the entry has the same hash or a near one; absent where the service does not say. */
  readonly matchType?: 'exact' | 'near';
  /** Id of the entry, never its hash. */
  readonly entryId: string;
}

/** What a service answered to one question. */
export type Answer =
  | { readonly hits: readonly Hit[] }
  /** The answer is missing or cannot be understood: why, in one line that quotes nothing of the service's text. */
  | { readonly unclear: string };

/** A setting of a matching service in the configuration file. */
export interface MatcherSetting {
  /**
   * `json`: the type checks it itself in `check`. `headers`: an object of texts, of which each may be a secret instead;
   * `open` gets those among its secrets, under the name of the header.
   */
  readonly kind: 'text' | 'texts' | 'names' | 'pairs' | 'count' | 'json' | 'headers';
  /** Description in one line, for docs and messages. */
  readonly about: string;
  readonly choices?: readonly string[];
  readonly required?: true;
}

/** Checked settings: only keys that the type declares, each with a value of its kind. */
export type MatcherSettings = Readonly<Record<string, unknown>>;

/** A request that a type of service makes. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** An answer of a service, with a status that the type understands. */
export interface ServiceAnswer {
  readonly status: number;
  /** The body, parsed as JSON; undefined for an empty one. */
  readonly body: unknown;
}

/** Sends requests to one service. */
export interface Service {
  /**
   * Sends a request, and tries again where that may help. Raises MatcherFailure.
   * @param statuses statuses besides 200 that are an answer
   */
  send(asked: ServiceRequest, statuses?: readonly number[]): Promise<ServiceAnswer>;
  /** Closes the connections. */
  close(): Promise<void>;
}

/** Asks one service. */
export interface Matcher {
  /** The hashes that a question needs. */
  readonly uses: readonly Askable[];
  /** Most questions in one request. */
  readonly batch: number;
  /** Returns the answers to the questions, in their order. Raises MatcherFailure where the service answered none. */
  ask(questions: readonly Question[]): Promise<readonly Answer[]>;
}

/** A type of matching service: a file of this folder, registered in `registry.ts`. */
export interface MatcherType {
  /** Description in a few words, for docs and messages. */
  readonly about: string;
  /** Who runs the service, for events; absent where only the operator knows. */
  readonly supplier?: string;
  /** The settings that it has, by their keys. */
  readonly settings: Readonly<Record<string, MatcherSetting>>;
  /** The secrets that it needs (`required`) or can use, by their names. The caller of `open` reads them. */
  readonly secrets: Readonly<Record<string, { readonly required: boolean }>>;
  /** The address to which it sends. Raises UsageError. */
  url(settings: MatcherSettings): string;
  /** The hashes that it sends to the service. Raises UsageError. */
  uses(settings: MatcherSettings): readonly Askable[];
  /** Raises UsageError for settings that do not fit together; the message begins with the key. */
  check?(settings: MatcherSettings): void;
  /** The question about a test entry of the service; undefined where the settings name none. */
  test?(settings: MatcherSettings): Question | undefined;
  /** Makes a matcher that asks through `service`. */
  open(settings: MatcherSettings, secrets: Readonly<Record<string, string>>, service: Service): Matcher;
}

/** Raised where a service gave no answer (`remote-unavailable`), or one that cannot be used (`remote-answer`). */
export class MatcherFailure extends Error {
  override readonly name = 'MatcherFailure';
  constructor(
    readonly code: 'remote-unavailable' | 'remote-answer',
    message: string,
    /** When another try may help: `now`, `later` (only after a while), or `never` in this run. */
    readonly again: 'now' | 'later' | 'never',
    /** Seconds for which the service asks callers to send nothing. */
    readonly pause = 0,
  ) {
    super(message);
  }
}

/** The sets of looks that the program can ask a service about: those of the scan's own views that the name allows. */
export const lookSets = ['upright', 'dihedral', 'basic'] as const;
/** One of `lookSets`. */
export type LookSet = (typeof lookSets)[number];

/** One service of the configuration, open for questions. */
export interface OpenedService {
  /** Its name in the configuration. */
  readonly name: string;
  readonly type: string;
  /** Who runs it, for events. */
  readonly supplier?: string;
  /** Identifies the service and its settings in the ledger. Answers under another identity do not count. */
  readonly identity: string;
  readonly looks: LookSet;
  readonly matcher: Matcher;
  /** Most requests at the same time. */
  readonly connections: number;
  /** Milliseconds for which the answer "no match" counts. */
  readonly keepNoMs: number;
  close(): Promise<void>;
}

/** The stored answer to one set of questions. */
export interface KeptAnswer {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hits by the number of the question in its set; empty where nothing matched. */
  readonly hits: readonly (Hit & { readonly question: number })[];
}

/** Stores answers from run to run. The name of a set is a digest of its questions. */
export interface AnswerStore {
  /** Returns the stored answers of a service to sets, in their order; undefined for a set without one. */
  recall(identity: string, sets: readonly string[]): readonly (KeptAnswer | undefined)[];
  /** Stores answers of a service. */
  keep(identity: string, answers: readonly (KeptAnswer & { readonly set: string })[]): void;
}

/** A result with the matches or the problem that services added, and the time of their last answer. */
export interface Answered {
  readonly result: ScanResult;
  readonly at: Date;
}

/** Asks services about results that the lists have judged. */
export interface Asking {
  /** The identities of the services, for the plan of a run. */
  readonly identities: readonly string[];
  /**
   * Asks about results. Returns the new result for each, in their order; undefined where the services add nothing.
   * Rejects only with the reason of an abort.
   */
  about(results: readonly ScanResult[], store?: AnswerStore): Promise<readonly (Answered | undefined)[]>;
  close(): Promise<void>;
}
