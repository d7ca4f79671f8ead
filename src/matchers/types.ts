import type { Category, ScanResult } from '../core/types.js';

/** The hashes that a matching service can be asked about: fingerprints of pixels, or digests of the bytes. */
export const askable = ['pdq', 'md5', 'sha1', 'sha256'] as const;
/** One of `askable`. */
export type Askable = (typeof askable)[number];

/** One question to a service: hashes of one look at one asset. Nothing else of the asset leaves this machine. */
export interface Question {
  /** The same for the same hashes. */
  readonly key: string;
  /** Lower-case hex by algorithm; every one that the service's settings need. */
  readonly hashes: Readonly<Partial<Record<Askable, string>>>;
}

/** An entry that the service found near the hashes of a question. */
export interface Hit {
  readonly category: Category;
  /** The service's own word for what it is. */
  readonly classification?: string;
  readonly matchType?: 'exact' | 'near';
  /** Id of the entry, never its hash. */
  readonly entryId: string;
}

/** What a service answered to one question. */
export type Answer =
  | { readonly hits: readonly Hit[] }
  /** The answer is missing, or nobody can tell what it means: why, in one line, without a word of the service. */
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

/** A request, as a type of service writes it. */
export interface ServiceRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a service sent back with a status that the type understands. */
export interface ServiceAnswer {
  readonly status: number;
  /** The body, parsed as JSON; undefined for an empty one. */
  readonly body: unknown;
}

/** Sends requests to one service. Raises MatcherFailure. */
export interface Service {
  /** @param statuses statuses besides 200 that are an answer. */
  send(asked: ServiceRequest, statuses?: readonly number[]): Promise<ServiceAnswer>;
  close(): Promise<void>;
}

/** Asks one service. */
export interface Matcher {
  /** The hashes that a question needs. */
  readonly uses: readonly Askable[];
  /** Most questions in one request. */
  readonly batch: number;
  /** Answers the questions, in their order. Raises MatcherFailure where no question was answered. */
  ask(questions: readonly Question[]): Promise<readonly Answer[]>;
}

/** A type of matching service: a file of this folder, registered in `index.ts`. */
export interface MatcherType {
  readonly about: string;
  /** Who runs the service, for events; absent where only the operator knows. */
  readonly supplier?: string;
  readonly settings: Readonly<Record<string, MatcherSetting>>;
  /** Names of the secrets that it needs (`required`) or can use. They are read when the service is opened. */
  readonly secrets: Readonly<Record<string, { readonly required: boolean }>>;
  /** Where it sends to; the host is told once per run. Raises UsageError. */
  url(settings: MatcherSettings): string;
  /** The hashes that leave. Raises UsageError. */
  uses(settings: MatcherSettings): readonly Askable[];
  /** Raises UsageError for settings that do not fit together; the message begins with the key. */
  check?(settings: MatcherSettings): void;
  /** A documented value that the service answers as a test; undefined where there is none. */
  test?(settings: MatcherSettings): Question | undefined;
  open(settings: MatcherSettings, secrets: Readonly<Record<string, string>>, service: Service): Matcher;
}

/** A service gave no answer (`remote-unavailable`), or one that cannot be used (`remote-answer`). */
export class MatcherFailure extends Error {
  override readonly name = 'MatcherFailure';
  constructor(
    readonly code: 'remote-unavailable' | 'remote-answer',
    message: string,
    /** How another try may end: `now` may help, `later` only after a while, `never` in this run. */
    readonly again: 'now' | 'later' | 'never',
    /** Seconds for which the service wants to be left alone. */
    readonly pause = 0,
  ) {
    super(message);
  }
}

/** Which looks at a picture a service is asked about: those of the scan's own views that the name allows. */
export const lookSets = ['upright', 'dihedral', 'basic'] as const;
/** One of `lookSets`. */
export type LookSet = (typeof lookSets)[number];

/** One service of the configuration, ready to be asked. */
export interface OpenedService {
  /** Its name in the configuration. */
  readonly name: string;
  readonly type: string;
  /** Who runs it, for events. */
  readonly supplier?: string;
  /** Identifies it and its settings in the ledger: answers of another service or setting do not count. */
  readonly identity: string;
  readonly looks: LookSet;
  readonly matcher: Matcher;
  /** Simultaneous requests. */
  readonly connections: number;
  /** Milliseconds for which "no match" is remembered. */
  readonly keepNoMs: number;
  close(): Promise<void>;
}

/** What is remembered of one set of questions: nothing matched, or these hits. */
export interface KeptAnswer {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Hits by the number of the question in its set; empty where nothing matched. */
  readonly hits: readonly (Hit & { readonly question: number })[];
}

/** Remembers answers from run to run. Sets are named by digests of what was asked. */
export interface AnswerStore {
  recall(identity: string, sets: readonly string[]): readonly (KeptAnswer | undefined)[];
  keep(identity: string, answers: readonly (KeptAnswer & { readonly set: string })[]): void;
}

/** A result to which services added something, and when they answered. */
export interface Answered {
  readonly result: ScanResult;
  readonly at: Date;
}

/** Asks services about results that the lists have judged. */
export interface Asking {
  /** The identities of the services, for the plan of a run. */
  readonly identities: readonly string[];
  /**
   * Asks about results; gives for each what became of it, undefined where it stays as it is. Rejects only with the
   * reason of an abort.
   */
  about(results: readonly ScanResult[], store?: AnswerStore): Promise<readonly (Answered | undefined)[]>;
  close(): Promise<void>;
}
