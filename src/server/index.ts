import type { UploadPort } from '../app/index.js';
import { UsageError, type Voice } from '../core/index.js';
import { type FrontName, fronts } from './fronts/index.js';
import { boundConnections, listen } from './listen.js';
import { isLocal, placeNamed, placeText } from './places.js';
import type { Front, FrontSetup, OpenFront, Patience, Place } from './types.js';

export { serviceManager } from './service-manager.js';
export { readToken } from './token.js';

/** Where the fronts listen, and what they grant. */
export interface ServerOptions extends Partial<Record<FrontName, string | undefined>> {
  /** The secret that callers of HTTP must show. */
  readonly token?: string | undefined;
  /** The directory below which clamd's `SCAN` may read. */
  readonly clamdRoot?: string | undefined;
  /** The directory below which the files of tusd lie. */
  readonly tusdRoot?: string | undefined;
  /** The secret with which Mastodon signs its webhooks. */
  readonly mastodonSecret?: string | undefined;
  readonly patience?: Partial<Patience>;
  readonly quiet?: boolean | undefined;
}

/** A running server. */
export interface Serving {
  /** Where each front listens, in words. */
  readonly places: Readonly<Partial<Record<FrontName, string>>>;
  /** Takes no more connections, lets those that are there finish for so many milliseconds, then closes them. */
  close(patience?: number): Promise<void>;
}

const defaultPatience: Patience = { idle: 30_000, request: 120_000, connections: 1024 };
const stopPatience = 20_000;

/** The place where a service listens that names none. */
const defaultPlace = '127.0.0.1:8076';

/**
 * Opens the fronts over a port for uploads. Raises UsageError where a place cannot be listened at, and where others than
 * this machine could reach a front that asks for no token; nothing listens then.
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
