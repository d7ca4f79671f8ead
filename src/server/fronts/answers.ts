import { randomBytes } from 'node:crypto';
import type { UploadAnswer } from '../../app/index.js';
import type { FrontSetup } from '../types.js';

/** The name of a refusal that names no event. Hosts show it to the uploader, so it tells nothing else. */
export const unreadName = 'Hashsieve.Unread';

/**
 * The name of a refusal, which hosts show to the uploader. It holds the first 8 characters of the event's id, from
 * which the uploader learns nothing; it never names a list.
 */
export function refusalName({ verdict, event }: Pick<UploadAnswer, 'verdict' | 'event'>): string {
  return verdict === 'match' && event !== undefined ? `Hashsieve.Match.${event.slice(0, 8)}` : unreadName;
}

/** An id of a request, for the log and for the host: 12 hexadecimal digits. */
export const requestId = (): string => randomBytes(6).toString('hex');

/** Writes the outcome of an upload to the log. The line never names the file. */
export function logAnswer(
  { voice, quiet }: Pick<FrontSetup, 'voice' | 'quiet'>,
  about: { readonly front: string; readonly request: string; readonly bytes: number },
  { verdict, refuse, event, reason, milliseconds }: UploadAnswer,
): void {
  if (quiet && !refuse && event === undefined) return;
  const { front, request, bytes } = about;
  const why = reason === undefined ? '' : ` (${reason})`;
  const which = event === undefined ? '' : `, event ${event}`;
  voice.say(
    `${front} ${request}: ${verdict}${why}${refuse ? ', refused' : ''}${which}, ${bytes} bytes, ${milliseconds.toFixed(0)} ms`,
    {
      level: refuse ? 'warning' : 'info',
      ...{ front, request, verdict, refused: refuse, event, reason, bytes, milliseconds },
    },
  );
}
