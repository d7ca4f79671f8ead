import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { reasonOf } from '../../../config/index.js';
import { printable, UsageError } from '../../../core/index.js';
import type { Attachment, Filed } from '../../../filing/index.js';
import type { Manifest } from '../../../reports/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { exitCodes } from '../../exit-codes.js';
import { ledgerOptions } from '../../options.js';

export const submit: CommandSpec = {
  name: 'submit',
  about: 'file a draft with the CyberTipline: its test service, unless told and confirmed otherwise',
  args: [{ name: '<directory>', about: 'a directory that report draft --to ncmec wrote' }],
  options: [
    'service',
    'files',
    'withoutFiles',
    'production',
    'confirm',
    'credentials',
    'endpoint',
    'retryWait',
    'startOver',
    'fileAgain',
    ...ledgerOptions,
    'config',
    'printConfig',
  ],
  examples: [
    'hashsieve report submit reports/ncmec-0123456789abcdef --to ncmec --file /srv/uploads/x.jpg',
    'hashsieve report submit reports/ncmec-0123456789abcdef --to ncmec --without-files --production',
  ],
  run: runSubmit,
};

/** Raises UsageError. */
async function readNamed(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`file ${printable(path)} cannot be read: ${reasonOf(error)}`);
  }
}

/** The named files as attachments, each told by its digest. Raises UsageError for a file that is none of the draft's. */
async function attachmentsOf(
  named: readonly string[],
  { events }: Manifest,
  draft: ReadonlyMap<string, string>,
  allowMissing: boolean,
): Promise<readonly Attachment[]> {
  const { fileIdPlaceholder, reportIdPlaceholder } = await import('../../../reports/xml/index.js');
  const paths = new Map<string, string>();
  for (const path of named) {
    const bytes = await readNamed(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (!events.some((event) => event.digests.sha256 === sha256)) {
      const inner = events.some(({ member, part }) => member !== undefined || part !== undefined);
      throw new UsageError(
        `file ${printable(path)}: it is none of the draft's files; only those are uploaded` +
          (inner ? ' (an archive or a picture around one of them is not: see CHECKLIST.md)' : ''),
      );
    }
    paths.set(sha256, path);
  }
  const attachments = events.flatMap((event, i): readonly Attachment[] => {
    const path = paths.get(event.digests.sha256);
    if (path === undefined) return [];
    const info = `fileinfo-${String(i + 1).padStart(3, '0')}.xml`;
    const xml = draft.get(info)!;
    if (!xml.includes(`>${reportIdPlaceholder}<`) || !xml.includes(`>${fileIdPlaceholder}<`)) {
      throw new UsageError(
        `${info}: report and file id must be ${reportIdPlaceholder} and ${fileIdPlaceholder}`,
      );
    }
    const { md5 } = event.digests;
    const fileName = event.fileName || info.replace('.xml', '');
    return [{ info, xml, md5, fileName, read: () => readNamed(path) }];
  });
  if (attachments.length < events.length && !allowMissing) {
    throw new UsageError(
      `${events.length - attachments.length} of ${events.length} file(s) of the draft are not named: give each with --file, ` +
        'or --without-files to file the report without them and without their details',
    );
  }
  return attachments;
}

/** A person must say yes to production, here and now or with the digest of exactly this draft. */
async function confirmed(
  digest: string,
  values: CommandContext['values'],
  context: CommandContext,
): Promise<void> {
  if (values.confirm !== undefined) {
    if (values.confirm === digest) return;
    throw new UsageError(
      `--confirm: this draft's digest is ${digest}, not the one given; check the draft again`,
    );
  }
  if (!process.stdin.isTTY) {
    throw new UsageError(`production needs a person's yes: check the draft, then give --confirm ${digest}`);
  }
  const { createInterface } = await import('node:readline/promises');
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const word = digest.slice(0, 8);
  const answer = await prompt.question(`File this report with NCMEC, for good? Type ${word} to do it: `, {
    signal: context.signal,
  });
  prompt.close();
  if (answer.trim() !== word) throw new UsageError('not confirmed: nothing was sent');
}

async function runSubmit(context: CommandContext): Promise<number> {
  const { args, values, terminal, environment, signal } = context;
  const { checkDraft, draftDigest, manifestName, readManifest } = await import('../../../reports/index.js');
  const { fileDraft } = await import('../../../filing/index.js');
  const { readDraft } = await import('../../../filing/index.js');
  const { openJournal } = await import('../../../filing/index.js');
  const { refuseFiledBefore } = await import('../../../filing/index.js');
  const { copiedToLedger } = await import('../../../filing/index.js');
  const { openLedger } = await import('../../../runs/index.js');
  const { checkEndpoint, cybertipClient, endpoints, readCredentials } = await import(
    '../../../filing/index.js'
  );
  const directory = args[0]!;
  if (values.service === undefined) throw new UsageError('no receiver: give --to ncmec');
  const { files, findings } = await readDraft(directory);
  const wrong = [...findings, ...checkDraft(files, Date.now())];
  if (wrong.length > 0) {
    const { file, element, message } = wrong[0]!;
    throw new UsageError(
      printable(`${directory}/${file}: ${element}: ${message}; see hashsieve report check`),
    );
  }
  const manifest = files.get(manifestName)!;
  const drafted = readManifest(manifest);
  if (drafted?.authority !== 'ncmec') {
    throw new UsageError(`${printable(directory)} is no draft for NCMEC: draft it with --to ncmec`);
  }
  const service = values.production ? 'production' : 'test';
  const endpoint = checkEndpoint(values.endpoint ?? endpoints[service]);
  const attachments = await attachmentsOf(values.files ?? [], drafted, files, values.withoutFiles === true);
  const credentials = await readCredentials(values.credentials, environment);
  if (values.production) await confirmed(draftDigest(files), values, context);

  const ledger = await openLedger(context, true, {
    alongside: true,
    without: 'what is sent is recorded in submission.jsonl alone',
  });
  const own = await openJournal(directory).catch((error) => {
    ledger?.close();
    throw error;
  });
  const client = await cybertipClient(endpoint, credentials, signal);
  let filed: Filed;
  try {
    const about = { directory, service, endpoint, startOver: values.startOver === true };
    const say = (line: string) => terminal.say(line);
    const journal = ledger ? copiedToLedger(own, ledger, { ...about, manifest, say }) : own;
    const records = [...journal.records];
    if (!values.fileAgain) {
      const state = { service, endpoint, records: values.startOver ? [] : records } as const;
      await refuseFiledBefore(directory, manifest, state, ledger);
    }
    if (values.startOver) {
      const record = { at: new Date().toISOString(), service, endpoint, kind: 'start-over' } as const;
      await journal.append(record);
      records.push(record);
    }
    filed = await fileDraft(
      { service, endpoint, report: files.get('report.xml')!, attachments, records },
      {
        post: (step, body) => client.post(step, body),
        record: (record) => journal.append(record),
        pause: (attempt) => delay(values.retryWait * 1000 * attempt),
        now: () => new Date().toISOString(),
      },
    );
  } finally {
    await client.close();
    await own.close();
    ledger?.close();
  }
  const code = await tell(filed, service, terminal);
  return signal.aborted && filed.outcome !== 'filed' ? exitCodes.interrupted : code;
}

async function tell(filed: Filed, service: string, terminal: CommandContext['terminal']): Promise<number> {
  const where = service === 'production' ? 'NCMEC' : 'the test service: no report to NCMEC';
  if (filed.outcome === 'filed') {
    await terminal.write(`${filed.reportId}\n`);
    terminal.say(
      `${filed.already ? 'already filed before' : 'filed'} as report ${printable(filed.reportId)} with ${where}`,
    );
    return exitCodes.clean;
  }
  if (filed.outcome === 'unknown') {
    terminal.say(
      `report ${printable(filed.reportId)} was sent, but no clear answer came (${printable(filed.message)}). Run the same ` +
        'command again. If that does not help, ask NCMEC with the Request-ID in submission.jsonl; --start-over only when they say it was not finished.',
    );
    return exitCodes.incomplete;
  }
  terminal.say(
    `not filed: ${filed.step}: ${printable(filed.message)}. Nothing was finished; run again when it is mended.`,
  );
  return exitCodes.incomplete;
}
