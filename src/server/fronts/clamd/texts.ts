import type { UploadAnswer, UploadPort } from '../../../app/index.js';
import { version } from '../../../app/index.js';
import { refusalName } from '../answers.js';

/** The reply to a client of clamd: `OK`, or the name of a refusal and `FOUND`. */
export const wordsOf = (answer: UploadAnswer): string =>
  answer.refuse ? `${refusalName(answer)} FOUND` : 'OK';

/** The reply to a stream that is larger than the limit. Clients compare it literally. */
export const tooLarge = 'INSTREAM size limit exceeded. ERROR';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A time as `ctime` of C writes it, in UTC: `Mon Nov 30 20:25:33 2026`. */
function ctime(time: Date): string {
  const two = (number: number, fill: string) => String(number).padStart(2, fill);
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map((part) =>
    two(part, '0'),
  );
  return `${days[time.getUTCDay()]} ${months[time.getUTCMonth()]} ${two(time.getUTCDate(), ' ')} ${clock.join(':')} ${time.getUTCFullYear()}`;
}

/**
 * The answer to `VERSION`. Clients read its second part as the number of the signature database; where it has grown,
 * they scan their files again. It is the edition of the lists, which grows with every change of a list.
 */
export const versionText = ({ edition, listsChangedAt }: UploadPort): string =>
  `ClamAV 1.4.0-hashsieve-${version}/${edition}/${ctime(listsChangedAt)}`;

/**
 * The answer to `VERSIONCOMMANDS`. It leaves out the commands that the front refuses: a client that does not find
 * `FILDES` sends the file another way.
 */
export const commandsText = (uploads: UploadPort, canScanPaths: boolean): string =>
  `${versionText(uploads)}| COMMANDS: ${canScanPaths ? 'SCAN CONTSCAN MULTISCAN ALLMATCHSCAN ' : ''}RELOAD PING VERSIONCOMMANDS VERSION END STATS IDSESSION INSTREAM`;

/** The answer to `STATS`. */
export function statsText({ load: { running, waiting } }: UploadPort): string {
  return [
    'POOLS: 1',
    '',
    'STATE: VALID PRIMARY',
    `THREADS: live ${running}  idle 0 max ${running} idle-timeout 30`,
    `QUEUE: ${waiting} items`,
    '\tSTATS 0.000000 ',
    '',
    'MEMSTATS: heap N/A mmap N/A used N/A free N/A releasable N/A pools 1 pools_used N/A pools_total N/A',
    'END',
  ].join('\n');
}
