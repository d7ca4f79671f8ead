import type { Server, Socket } from 'node:net';
import type { UploadPort } from '../app/index.js';
import type { Voice } from '../core/index.js';

/** Where a front listens. */
export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** How long and how many: what a front grants to strangers. */
export interface Patience {
  /** Milliseconds without a byte after which a connection is closed. */
  readonly idle: number;
  /** Milliseconds within which an upload must have come whole. */
  readonly request: number;
  /** The most connections of a front. One more closes the oldest of those that wait for nothing. */
  readonly connections: number;
}

/** What every front gets. */
export interface FrontSetup {
  readonly uploads: UploadPort;
  readonly voice: Voice;
  /** The secret that callers must show; undefined: everybody who reaches the front may call. */
  readonly token: string | undefined;
  /** The directory below which clamd's `SCAN` may read; undefined: nowhere. */
  readonly clamdRoot: string | undefined;
  /** The directory below which the files of tusd lie; undefined: its hooks name no file that is read. */
  readonly tusdRoot: string | undefined;
  /** The secret with which Mastodon signs its webhooks; undefined: none is taken. */
  readonly mastodonSecret: string | undefined;
  readonly patience: Patience;
  /** Says nothing of uploads that are clear. */
  readonly quiet: boolean;
}

/** A front, ready to listen. */
export interface OpenFront {
  readonly server: Server;
  /** True while the connection must not be closed to make room for another: its upload is being scanned. */
  isBusy(socket: Socket): boolean;
  /** Asks every connection to end once what it does is done. */
  retire(): void;
}

/** A protocol in which hosts hand over uploads: a file of `fronts/`, and a line in its registry. */
export interface Front {
  /** What the log calls it. */
  readonly name: string;
  /** Whether it can ask for a token. A front that cannot listens on loopback or a Unix socket only. */
  readonly hasToken: boolean;
  open(setup: FrontSetup): Promise<OpenFront>;
}
