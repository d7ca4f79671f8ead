import type { UploadPort } from '../app/index.js';
import { UsageError, type Voice } from '../core/index.js';
import { type FrontName, fronts } from './fronts/index.js';
import { boundConnections, listen } from './listen.js';
import { isLocal, placeNamed, placeText } from './places.js';
import type { Front, FrontSetup, OpenFront, Patience, Place } from './types.js';

export { serviceManager } from './service-manager.js';
export { readToken } from './token.js';

/** Where the fronts listen (`127.0.0.1:8076`, or the path of a Unix socket), and what they grant. */
export interface ServerOptions extends Partial<Record<FrontName, string | undefined>> {
  /** The secret that callers of HTTP must show. */
  readonly token?: string | undefined;
  /** The directory below which clamd's `SCAN` may read. */
  readonly clamdRoot?: string | undefined;
  /** The directory below which the files of tusd lie. */
  readonly tusdRoot?: string | undefined;
  /** The secret with which Mastodon signs its webhooks. */
  readonly mastodonSecret?: string | undefined;
  /** Limits for callers. A missing one has its default: 30 s idle, 120 s for an upload, 1024 connections. */
  readonly patience?: Partial<Patience>;
  /** True: the log says nothing of uploads that are clear. */
  readonly quiet?: boolean | undefined;
}

/** A running server. */
export interface Serving {
  /** The place at which each front listens, in words: `127.0.0.1:8076`. */
  readonly places: Readonly<Partial<Record<FrontName, string>>>;
  /**
   * Stops the server. It takes no more connections, waits until the open ones have finished, and closes those that are
   * still open after `patience` milliseconds (default 20 000).
   */
  close(patience?: number): Promise<void>;
}

const defaultPatience: Patience = { idle: 30_000, request: 120_000, connections: 1024 };
/** Milliseconds for which `close` waits for open connections. */
const stopPatience = 20_000;

/** The place at which the HTTP front listens where the options name no place. */
const defaultPlace = '127.0.0.1:8076';

/**
 * Opens the fronts that the options name; they hand uploads to the port `uploads`. Raises UsageError where a front
 * cannot listen at its place, and where other machines could reach a front that asks for no token. Then no front
 * listens.
 * @example
 * const serving = await serve(await openUploadScan({ list: ['known.csv'] }), { http: '127.0.0.1:8076' }, voice);
 */
export async function serve(uploads: UploadPort, options: ServerOptions, voice: Voice): Promise<Serving> {
  const setup: FrontSetup = {
    ...{ uploads, voice, token: options.token, clamdRoot: options.clamdRoot },
    ...{ tusdRoot: options.tusdRoot, mastodonSecret: options.mastodonSecret },
    patience: { ...defaultPatience, ...options.patience },
    quiet: options.quiet === true,
  };
  const wanted = placesOf(options);
  for (const { name, place } of wanted) requireGuard(fronts[name], place, options);
  const open: (OpenFront & { readonly closeAll: () => void })[] = [];
  const places: Partial<Record<FrontName, string>> = {};
  try {
    for (const { name, place } of wanted) {
      const front = await fronts[name].open(setup);
      open.push({ ...front, closeAll: boundConnections(front, setup.patience.connections) });
      places[name] = placeText(await listen(front.server, place));
    }
  } catch (error) {
    for (const { server } of open) server.close();
    throw error;
  }
  return { places, close: (patience = stopPatience) => closeFronts(open, patience) };
}

function placesOf(options: ServerOptions): { readonly name: FrontName; readonly place: Place }[] {
  const names = Object.keys(fronts) as FrontName[];
  const named = names.flatMap((name) => {
    const text = options[name];
    return text === undefined ? [] : [{ name, place: placeNamed(text, `--${name}`) }];
  });
  return named.length > 0 ? named : [{ name: 'http', place: placeNamed(defaultPlace, '--http') }];
}

function requireGuard(front: Front, place: Place, { token }: ServerOptions): void {
  if (isLocal(place)) return;
  const where = `--${front.name} ${placeText(place)}: other machines can reach this address`;
  if (!front.hasToken)
    throw new UsageError(
      `${where}, and the protocol of ${front.name} has no password: whoever reaches it can ask whether a picture is ` +
        'listed. Listen on loopback or a Unix socket, and lead others there by a tunnel',
    );
  if (token === undefined)
    throw new UsageError(
      `${where}. Whoever reaches it can ask whether a picture is listed, and send uploads in the name of others: give ` +
        '--token-file FILE, and let TLS end before it',
    );
}

async function closeFronts(
  fronts: readonly (OpenFront & { readonly closeAll: () => void })[],
  patience: number,
): Promise<void> {
  const ended = fronts.map(
    ({ server, retire }) =>
      new Promise<void>((done) => {
        server.close(() => done());
        retire();
      }),
  );
  const timer = setTimeout(() => {
    for (const { closeAll } of fronts) closeAll();
  }, patience);
  await Promise.all(ended);
  clearTimeout(timer);
}
