import type { ConfigTemplate, InitOptions } from '../../app/index.js';
import { configName } from '../../config/index.js';
import { exitCodes, printable } from '../../core/index.js';
import type { CommandContext, CommandSpec } from '../command.js';

const asked = ['country', 'kind', 'uploads', 'company', 'cloudflare', 'posts'] as const;

/** The command `hashsieve init`. */
export const init: CommandSpec = {
  name: 'init',
  about: `ask about your service, say where it can get a list, and write ${configName} and NEXT-STEPS.md`,
  args: [{ name: '[file]', about: `where to (default: ${configName} in the working directory)` }],
  options: ['yes', ...asked],
  examples: [
    'hashsieve init',
    'hashsieve init ~/.config/hashsieve/config.json',
    'hashsieve init --yes --country DE --kind hosting --uploads 200000 --company',
  ],
  run: runInit,
};

async function runInit(context: CommandContext): Promise<number> {
  const { terminal, args, values } = context;
  const { readAnswers, writeConfigTemplate } = await import('../../app/index.js');
  const given = args[0] ?? configName;
  const isSaid = values.yes === true || asked.some((name) => values[name] !== undefined);
  const answers =
    values.yes !== true && isTerminal(context)
      ? await askAll(context)
      : isSaid
        ? await readAnswers(values)
        : undefined;
  const { path, isFound, place, steps } = await writeConfigTemplate(given, context, answers);
  if (steps) saySteps(context, steps);
  terminal.say(`wrote ${printable(path)}: replace every {{…}}, or remove the line`);
  terminal.say(
    isFound
      ? 'it is read by every call that names no other with --config'
      : `it is read where a call names it: --config ${printable(given)}` +
          (place === undefined ? '' : `; by itself only as ${printable(place)}`),
  );
  if (!steps)
    terminal.say(
      'to be told where your service can get a list: hashsieve init --yes --country DE --kind forum OTHER-FILE',
    );
  return exitCodes.clean;
}

const isTerminal = ({ openInput, terminal }: CommandContext): boolean =>
  openInput().isTTY === true && terminal.stderrIsTerminal;

async function askAll({ values, openInput, terminal, signal }: CommandContext) {
  const { readAnswers } = await import('../../app/index.js');
  const { openQuestions } = await import('../questions.js');
  const questions = openQuestions(openInput() as unknown as NodeJS.ReadableStream, terminal, signal);
  const options: InitOptions = values;
  try {
    return await readAnswers(options, ({ text, otherwise, read }) => questions.ask(text, otherwise, read));
  } finally {
    questions.close();
  }
}

function saySteps(
  { terminal }: CommandContext,
  { path, advice }: NonNullable<ConfigTemplate['steps']>,
): void {
  const names = (some: typeof advice.apply) =>
    some.map(({ source, why }, at) => `  ${at + 1}. ${source.name}: ${why}`);
  terminal.say(["Today, with nobody's leave:", ...names(advice.today)].join('\n'));
  terminal.say(['To apply for, in this order (check with them):', ...names(advice.apply)].join('\n'));
  terminal.say(
    `wrote ${printable(path)}: what each gives and asks, with dates, and what to settle before a find`,
  );
}
