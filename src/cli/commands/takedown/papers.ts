import { displayUri, exitCodes, printable } from '../../../core/index.js';
import { ledgerOptions } from '../../../options/index.js';
import {
  caseJson,
  caseText,
  isOfMinor,
  minorWarning,
  noticeText,
  receiptText,
  warnOfMinor,
} from '../../../takedown/index.js';
import type { Language } from '../../../takedown/types.js';
import type { CommandSpec } from '../../command.js';

const common = ['quiet', 'config', 'printConfig'] as const;

/** The command `hashsieve takedown request`. */
export const request: CommandSpec = {
  name: 'request',
  about: 'check a request against what the law asks of one, and draft the answer; keep it encrypted with -o',
  args: [{ name: '<file>', about: 'JSON, as docs/takedown.md shows it' }],
  options: ['law', 'caseId', 'takedownKeys', 'outputFile', 'asJson', ...ledgerOptions, ...common],
  examples: ['hashsieve takedown request request.json --law us-tida --recipient age1… -o request-4711.age'],
  async run({ args, values, terminal, ...context }) {
    const { checkTakedownRequest } = await import('../../../app/index.js');
    const { check, answer } = await checkTakedownRequest(args[0]!, values, context);
    await terminal.write(values.asJson ? `${JSON.stringify({ ...check, answer }, null, 2)}\n` : answer);
    if (check.isOfMinor) terminal.say(`hashsieve: ${minorWarning}`, { level: 'error' });
    for (const what of check.missing) terminal.say(`missing: ${what}`, { level: 'warning' });
    if (check.otherPlaces > 0)
      terminal.say(`${check.otherPlaces} place(s) are no web address: a person must find them`);
    if (check.isPersonal && values.outputFile === undefined)
      terminal.say(
        `${printable(args[0]!)} names people: keep it encrypted (--recipient age1… -o FILE.age), then delete it`,
        { level: 'warning' },
      );
    return check.missing.length > 0 || check.otherPlaces > 0 ? exitCodes.incomplete : exitCodes.clean;
  },
};

/** The command `hashsieve takedown receipt`. */
export const receipt: CommandSpec = {
  name: 'receipt',
  about: 'write what the requester may know: what was done and when, without hashes, addresses and names',
  options: ['caseId', 'language', ...ledgerOptions, ...common],
  examples: ['hashsieve takedown receipt --case 4711 --lang de'],
  async run({ values, terminal, ...context }) {
    const { takedownCase } = await import('../../../app/index.js');
    const one = await takedownCase(values, context);
    if (isOfMinor(one)) warnOfMinor(one, terminal);
    await terminal.write(receiptText(one, values.language as Language));
    return exitCodes.clean;
  },
};

/** The command `hashsieve takedown record`. */
export const record: CommandSpec = {
  name: 'record',
  about: 'write what proves to a regulator how a case was handled: every step by name and time',
  options: ['caseId', 'asJson', ...ledgerOptions, ...common],
  examples: ['hashsieve takedown record --case 4711 --json > record-4711.json'],
  async run({ values, terminal, ...context }) {
    const { takedownHistory } = await import('../../../app/index.js');
    const { case: one, steps, recordsSha256 } = await takedownHistory(values, context);
    warnOfMinor(one, terminal);
    if (values.asJson) {
      const whole = { ...caseJson(one), steps, recordsSha256 };
      await terminal.write(`${JSON.stringify(whole, null, 2)}\n`);
      return exitCodes.clean;
    }
    await terminal.write(caseText(one));
    await terminal.write('steps:\n');
    const addresses = new Map(one.copies.map(({ id, url, uri }) => [id, displayUri(url ?? uri)]));
    for (const { at, kind, ...facts } of steps) {
      const said = Object.entries(facts).map(([name, value]) => {
        const text = name === 'copy' ? addresses.get(String(value)) : undefined;
        return `${name} ${text ?? printable(typeof value === 'string' ? value : JSON.stringify(value))}`;
      });
      await terminal.write(`  ${at}  ${printable(kind)}  ${said.join(', ')}\n`);
    }
    await terminal.write(`SHA-256 of these records in the ledger: ${recordsSha256}\n`);
    return exitCodes.clean;
  },
};

/** The command `hashsieve takedown notice`. */
export const notice: CommandSpec = {
  name: 'notice',
  about: 'write the page for your site that says how to ask for removal (Markdown)',
  options: ['language', 'contact', ...common],
  examples: ['hashsieve takedown notice --lang fr --contact removal@example.org > removal.md'],
  async run({ values, terminal }) {
    await terminal.write(noticeText(values.language as Language, values.contact));
    return exitCodes.clean;
  },
};
