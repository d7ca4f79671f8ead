import { exitCodes, printable, UsageError } from '../../core/index.js';
import {
  commonOptions,
  insideOptions,
  limitOptions,
  listOptions,
  ownListOptions,
  serveOptions,
} from '../../options/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

/** The command `hashsieve serve`. */
export const serve: CommandSpec = {
  name: 'serve',
  about: 'scan uploads for other programs, over HTTP, ICAP or as clamd does, before they are stored',
  options: [
    ...listOptions,
    ...ownListOptions,
    'allow',
    'maxListAge',
    'threshold',
    'views',
    'strictness',
    'maxExpected',
    'matcher',
    ...serveOptions,
    ...insideOptions,
    ...limitOptions,
    'allowPrivate',
    's3Endpoint',
    'failOn',
    'allowUnsupported',
    'allowDegraded',
    'ledger',
    'logFormat',
    ...commonOptions,
  ],
  examples: [
    'hashsieve serve --list known.hsx',
    'hashsieve serve --list known.hsx --clamd /run/hashsieve/clamd.sock --keep /var/lib/hashsieve/kept',
    'curl --data-binary @cat.jpg http://127.0.0.1:8076/v1/scan',
  ],
  run: runServe,
};

async function runServe(context: CommandContext): Promise<number> {
  const { values, terminal, signal, environment } = context;
  const { openUploadScan } = await import('../../app/index.js');
  const { readToken, serve, serviceManager } = await import('../../server/index.js');
  const { onHangup } = await import('../signals.js');
  if (values.clamdRoot !== undefined && values.clamd === undefined)
    throw new UsageError('--clamd-root needs --clamd');
  const token = values.tokenFile === undefined ? undefined : await readToken(values.tokenFile);
  const mastodonSecret =
    values.mastodonSecretFile && (await readToken(values.mastodonSecretFile, '--mastodon-secret-file'));
  // The user's signal asks for an end in order: what was received gets its answer.
  const uploads = await openUploadScan(values, { ...context, signal: new AbortController().signal });
  const manager = serviceManager(environment);
  try {
    const serving = await serve(uploads, { ...values, token, mastodonSecret }, terminal);
    onHangup(() => void uploads.reload());
    for (const [name, place] of Object.entries(serving.places))
      terminal.say(`hashsieve: listening for ${name} at ${place}`, { front: name, place });
    for (const line of remarks(context)) terminal.say(line, { level: 'warning' });
    manager.ready();
    await untilAborted(signal);
    manager.stopping();
    terminal.say('hashsieve: stopping');
    await serving.close();
  } finally {
    await uploads.close();
    manager.close();
  }
  return exitCodes.clean;
}

/** What an operator must know at the start. */
function remarks({ values }: CommandContext): string[] {
  const { keep, onSlow, onUnread, tokenFile, matcher } = values;
  return [
    ...(keep === undefined
      ? []
      : [
          `warning: matched uploads are kept in ${printable(keep)} as they are, not sealed: serve that directory to nobody, ` +
            'and look at no file in it',
        ]),
    ...(onUnread === 'accept'
      ? ['warning: uploads that cannot be read are accepted (--on-unread accept)']
      : []),
    ...(matcher !== undefined && onSlow === 'accept'
      ? ['warning: uploads about which a service does not answer in time are accepted (--on-slow accept)']
      : []),
    ...(tokenFile === undefined
      ? ['hashsieve: every program on this machine may ask (no --token-file)']
      : []),
  ];
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
