import type { Submission } from '../../../app/index.js';
import { exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import type { CommandContext, CommandSpec } from '../../command.js';
import { requireConsent } from '../../consent.js';

/** The command `hashsieve report submit`. */
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

async function runSubmit(context: CommandContext): Promise<number> {
  const { args, values } = context;
  const { submitDraft } = await import('../../../app/index.js');
  const confirm = (digest: string) =>
    requireConsent(
      {
        ...{ digest, given: values.confirm },
        other: `--confirm: this draft's digest is ${digest}, not the one given; check the draft again`,
        unasked: "production needs a person's yes: check the draft, then give",
        question: 'File this report with NCMEC, for good?',
        refused: 'not confirmed: nothing was sent',
      },
      context.signal,
    );
  const filed = await submitDraft(args[0]!, values, context, { confirm });
  const code = await printSubmission(filed, context.terminal);
  return filed.interrupted ? exitCodes.interrupted : code;
}

async function printSubmission(filed: Submission, terminal: CommandContext['terminal']): Promise<number> {
  const where = filed.service === 'production' ? 'NCMEC' : 'the test service: no report to NCMEC';
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
