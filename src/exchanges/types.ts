import type { ListItem, ListRow } from '../lists/types.js';

/** A setting of an exchange in the config file. */
export interface Setting {
  readonly kind: 'text' | 'texts' | 'names' | 'pairs' | 'count';
  /** One line for docs and messages. */
  readonly about: string;
  readonly choices?: readonly string[];
  readonly required?: true;
}

/** Settings as they were checked: only keys that the exchange declares, each of its kind. */
export type Settings = Readonly<Record<string, unknown>>;

/** Which page of which round of requests: plain data, so that it survives the process. */
export interface Place {
  /** What the round asks for. */
  readonly round: Readonly<Record<string, string>>;
  /** Address or token of the page; absent for the first one. */
  readonly next?: string;
}

/** What follows a page: another one, or nothing: then the service has been read up to `upTo`. */
export type Following = (
  | {
      readonly place: Place;
      /** The service no longer knows the page: the round begins again. */
      readonly restart?: true;
    }
  | {
      readonly upTo: string | undefined;
      /** The list is as it was. */
      readonly unchanged?: true;
    }
) & {
  /** What of the page was not given to `Take`, by reason. */
  readonly passed?: Readonly<Record<string, number>>;
};

/** Takes rows of the page that is being read. A page that fails midway is forgotten as a whole. */
export type Take = (items: readonly ListItem[]) => Promise<void>;

export interface Exchange {
  /** Which service and which settings: a list that was synced from another one is read anew. Holds no credential. */
  readonly source: string;
  /**
   * `changes`: rows carry a `key`, replace and withdraw earlier ones. `everything`: every sync reads the whole list,
   * in an order of its own.
   */
  readonly brings: 'changes' | 'everything';
  /** Milliseconds after which `Place.next` is no longer to be used. */
  readonly nextValidMs: number;
  /**
   * The first page of a sync. `upTo` is what the last one ended with, absent for the first sync. A service that brings
   * changes is asked for what came after `upTo`.
   */
  begin(upTo: string | undefined, now: Date): Place;
  /**
   * Reads one page. Raises ExchangeFailure: with `retry` where the same page may succeed later. Nothing of the page
   * counts then.
   */
  page(place: Place, take: Take): Promise<Following>;
}

/** A type of exchange: a file of this folder, registered in `index.ts`. */
export interface ExchangeType {
  readonly about: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Names of the credentials it needs; any one of the sets. An empty set: it may do without. */
  readonly credentials: readonly (readonly string[])[];
  /** Address that is asked. Raises UsageError where the settings name none. */
  url(settings: Settings): string;
  /** Headers that prove who asks. */
  authorization(credentials: Credentials): Readonly<Record<string, string>>;
  open(settings: Settings, ports: Ports): Exchange;
}

/** Name → secret. Never in arguments, state, messages or events. */
export type Credentials = Readonly<Record<string, string>>;

export interface Ports {
  readonly service: Service;
  /** Names of the algorithms that can be computed, each with its width in bits. */
  readonly algorithms: Readonly<Record<string, number>>;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides 200 that are an answer and no failure. */
  readonly statuses?: readonly number[];
  /** Follow redirects to other hosts too, without credentials. Redirects within the host are always followed. */
  readonly anywhere?: boolean;
}

export interface Answer {
  readonly status: number;
  /** Value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  /** The service's own clock. */
  readonly at: Date | undefined;
  /** The body, to be read once or discarded. Raises ExchangeFailure. */
  readonly body: AsyncIterable<Uint8Array>;
  discard(): void;
}

/** The way to one service. Raises ExchangeFailure. */
export interface Service {
  get(url: string, asked?: Asked): Promise<Answer>;
  close(): Promise<void>;
}

/** The service failed, or answered what cannot be trusted. The list stays as it was. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  constructor(
    /** Stable, kebab-case. */
    readonly code: string,
    message: string,
    /** True where the same request may succeed later. */
    readonly retry: boolean,
    /** Seconds for which the service asks to be left alone. */
    readonly pauseSeconds = 0,
  ) {
    super(message);
  }
}

/** One row as it is kept between syncs: what the service said, without the line. */
export type KeptRow = Omit<ListRow, 'line' | 'fallback' | 'own'> & {
  readonly key: string;
};
