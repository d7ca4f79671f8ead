import { isIP } from 'node:net';
import { printable, UsageError } from '../core/index.js';
import type { Place } from './types.js';

/**
 * Reads a place: `127.0.0.1:8076`, `[::1]:8076`, `localhost:8076`, or the path of a Unix socket. Raises UsageError,
 * which names `option`, for any other text.
 */
export function placeNamed(text: string, option: string): Place {
  const wrong = () =>
    new UsageError(
      `${option} ${printable(text)}: write an address and a port (127.0.0.1:8076, [::1]:8076), or the path of a Unix socket`,
    );
  if (/^unix:./.test(text)) return { kind: 'unix', path: text.slice('unix:'.length) };
  if (/[/\\]/.test(text)) return { kind: 'unix', path: text };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port > 65_535) throw wrong();
  if (bracketed !== undefined && isIP(bracketed) !== 6) throw wrong();
  return { kind: 'tcp', host, port };
}

/** True for a place that only this machine can reach. */
export const isLocal = (place: Place): boolean =>
  place.kind === 'unix' ||
  place.host === 'localhost' ||
  place.host === '::1' ||
  (isIP(place.host) === 4 && place.host.startsWith('127.'));

/** The place as text: `127.0.0.1:8076`, or the path. */
export const placeText = (place: Place): string =>
  place.kind === 'unix'
    ? printable(place.path)
    : `${isIP(place.host) === 6 ? `[${place.host}]` : place.host}:${place.port}`;
