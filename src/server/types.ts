import type { Server, Socket } from 'node:net';
import type { UploadPort } from '../app/index.js';
import type { Voice } from '../core/index.js';

/** The place at which a front listens: an address and a port, or a Unix socket. */
export type Place =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** The limits that a front sets to its callers. */
export interface Patience {
  /** Milliseconds without a byte after which the front closes a connection. */
  readonly idle: number;
  /** Milliseconds within which the front must have received the whole upload. */
  readonly request: number;
  /** The most connections of a front. One more closes the oldest connection that is not busy. */
  readonly connections: number;
}

/** What the server gives to every front. */
export interface FrontSetup {
  /** Scans the uploads. */
  readonly uploads: UploadPort;
  /** Writes the log. */
  readonly voice: Voice;
  /** The secret that callers must show; undefined: everybody who reaches the front may call. */
  readonly token: string | undefined;
  /** The directory below which clamd's `SCAN` may read; undefined: nowhere. */
  readonly clamdRoot: string | undefined;
  /** The directory below which the files of tusd lie; undefined: the front reads no file that a hook of tusd names. */
  readonly tusdRoot: string | undefined;
  /** The secret with which Mastodon signs its webhooks; undefined: the front refuses them. */
  readonly mastodonSecret: string | undefined;
  readonly patience: Patience;
  /** True: the log says nothing of uploads that are clear. */
  readonly quiet: boolean;
}

/** A front, ready to listen. */
export interface OpenFront {
  /** Takes the connections; it does not listen yet. */
  readonly server: Server;
  /** True while a caller waits for an answer on this connection: it is not closed to make room for another. */
  isBusy(socket: Socket): boolean;
  /** Asks every connection to end as soon as it has answered its caller. */
  retire(): void;
}

/** A protocol in which hosts hand over uploads: a folder of `fronts/`, and an entry in `fronts/index.ts`. */
export interface Front {
  /** Its name in the log and in the option that sets its place. */
  readonly name: string;
  /** Whether it can ask for a token. A front that cannot listens on loopback or a Unix socket only. */
  readonly hasToken: boolean;
  /** Makes a front that is ready to listen. */
  open(setup: FrontSetup): Promise<OpenFront>;
}
