import type { ListItem, ListRow } from '../lists/types.js';

/** A setting of an exchange in the configuration file. */
export interface Setting {
  readonly kind: 'text' | 'texts' | 'names' | 'pairs' | 'count';
  /** Description in one line, for docs and messages. */
  readonly about: string;
  readonly choices?: readonly string[];
  readonly required?: true;
}

/** Checked settings: only keys that the exchange declares, each with a value of its kind. */
export type Settings = Readonly<Record<string, unknown>>;

/** Identifies one page of one round of requests. Plain data, so that it can be stored. */
export interface Place {
  /** What the round asks for. */
  readonly round: Readonly<Record<string, string>>;
  /** Address or token of the page; absent for the first page. */
  readonly next?: string;
}

/** What follows a page: another page, or the end, with the point `upTo` to which the service was read. */
export type Following = (
  | {
      readonly place: Place;
      /** True where the service no longer knows the page, so that the round begins again. */
      readonly restart?: true;
    }
  | {
      readonly upTo: string | undefined;
      /** True where the list has not changed. */
      readonly unchanged?: true;
    }
) & {
  /** Entries of the page that were not given to `Take`, counted by reason. */
  readonly passed?: Readonly<Record<string, number>>;
};

/** Takes rows of the current page. Where a page fails midway, all of its rows are dropped. */
export type Take = (items: readonly ListItem[]) => Promise<void>;

/** Reads one list from one service. */
export interface Exchange {
  /** Identifies the service and the settings: a list from another source is read anew. Holds no credentials. */
  readonly source: string;
  /**
   * `changes`: rows have a `key` and replace or withdraw earlier ones. `everything`: every sync reads the whole list,
   * in an order of its own.
   */
  readonly brings: 'changes' | 'everything';
  /** Milliseconds after which `Place.next` must not be used any more. */
  readonly nextValidMs: number;
  /**
   * The first page of a sync. `upTo` is where the last sync ended; absent for the first one. A service that brings
   * changes is asked for what came after `upTo`.
   */
  begin(upTo: string | undefined, now: Date): Place;
  /**
   * Reads one page. Raises ExchangeFailure, with `retry` where the same page may succeed later; its rows are then
   * dropped.
   */
  page(place: Place, take: Take): Promise<Following>;
}

/** A type of exchange: a file of this folder, registered in `index.ts`. */
export interface ExchangeType {
  readonly about: string;
  readonly settings: Readonly<Record<string, Setting>>;
  /**
   * Sets of names of credentials, of which one must be given. An empty set means that the exchange works without
   * credentials.
   */
  readonly credentials: readonly (readonly string[])[];
  /** The address that is asked. Raises UsageError where the settings give none. */
  url(settings: Settings): string;
  /** The headers with the credentials. */
  authorization(credentials: Credentials): Readonly<Record<string, string>>;
  /** Opens an exchange with these settings. */
  open(settings: Settings, ports: Ports): Exchange;
}

/** Credentials by name. They are never in arguments, state, messages or events. */
export type Credentials = Readonly<Record<string, string>>;

/** What an exchange gets from outside. */
export interface Ports {
  readonly service: Service;
  /** Width in bits of the algorithms that hashsieve computes, by name. */
  readonly algorithms: Readonly<Record<string, number>>;
}

/** Options of one request. */
export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  /** Statuses besides 200 that are no failure. */
  readonly statuses?: readonly number[];
  /** Follow redirects to other hosts too, without credentials. Redirects within the host are always followed. */
  readonly anywhere?: boolean;
}

/** What the service answered. */
export interface Answer {
  /** HTTP status. */
  readonly status: number;
  /** Value of a header by its lower-case name; undefined where it is absent. */
  header(name: string): string | undefined;
  /** Time of the answer by the service's own clock. */
  readonly at: Date | undefined;
  /** The body; read it once or discard it. Raises ExchangeFailure. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Drops the body. */
  discard(): void;
}

/** Sends requests to one service. Raises ExchangeFailure. */
export interface Service {
  /** Sends a GET request. */
  get(url: string, asked?: Asked): Promise<Answer>;
  close(): Promise<void>;
}

/** The service failed, or its answer cannot be trusted. The list stays unchanged. */
export class ExchangeFailure extends Error {
  override readonly name = 'ExchangeFailure';
  constructor(
    /** Stable, kebab-case. */
    readonly code: string,
    message: string,
    /** True where the same request may succeed later. */
    readonly retry: boolean,
    /** Seconds for which the service asks for no requests. */
    readonly pauseSeconds = 0,
  ) {
    super(message);
  }
}

/** One row as it is stored between syncs: what the service said, without the line. */
export type KeptRow = Omit<ListRow, 'line' | 'fallback' | 'own'> & {
  readonly key: string;
};
