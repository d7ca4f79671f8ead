import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { configName, configPlaces, reasonOf } from '../../config/index.js';
import { printable, UsageError } from '../../core/index.js';
import { makePrivate } from '../../files/index.js';
import type { CommandContext, CommandSpec } from '../command.js';
import { exitCodes } from '../exit-codes.js';

export const init: CommandSpec = {
  name: 'init',
  about: `write ${configName} to fill in: who reports, where files are seen from outside, where lists come from`,
  args: [{ name: '[file]', about: `where to (default: ${configName} in the working directory)` }],
  options: [],
  examples: ['hashsieve init', 'hashsieve init ~/.config/hashsieve/config.json'],
  run: runInit,
};

const comment = [
  'Settings of hashsieve. Options stand here under their long names in camel case: "list": ["known.csv"], "noVideo": true.',
  'Those of one call (--urls, --fresh, …) belong on the command line: docs/settings.md',
  'Show what is in force, and where it comes from: hashsieve scan --print-config. An unknown key is an error.',
  'Keys that begin with $ are remarks.',
];

/** Two of the four types, to fill in or to remove. */
const exchanges = {
  $comment:
    'Lists that hashsieve list sync keeps current; scan --list ncmec names one. Remove what you have no agreement for. ' +
    'Credentials stand in the environment or in files of mode 0600, never here. Types and keys: docs/lists.md',
  ncmec: {
    type: 'ncmec',
    base: '{{industry, npo, exploitative, …}}',
    credentialsFile: '{{/etc/hashsieve/ncmec.credentials}}',
  },
  shared: { type: 'file', url: 'https://{{lists.example.org/known.csv}}', category: '{{csam}}' },
};

async function runInit({ args, terminal, environment }: CommandContext): Promise<number> {
  const { operatorTemplate } = await import('../../reports/context/index.js');
  const given = args[0] ?? configName;
  const path = resolve(given);
  const text = `${JSON.stringify({ $comment: comment, operator: operatorTemplate, exchanges }, null, 2)}\n`;
  let file: Awaited<ReturnType<typeof open>>;
  try {
    await makePrivate(dirname(path));
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw new UsageError(
      there
        ? `${printable(path)} is there already and stays as it is; name another file, or add the block "operator" by hand (docs/reporting.md)`
        : `${printable(path)} cannot be written: ${reasonOf(error)}`,
    );
  }
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  terminal.say(`wrote ${printable(path)}: replace every {{…}}, or remove the line`);
  const places = configPlaces(process.platform, environment);
  terminal.say(
    places.includes(path)
      ? 'it is read by every call that names no other with --config'
      : `it is read where a call names it: --config ${printable(given)}` +
          (places[0] === undefined ? '' : `; by itself only as ${printable(places[0])}`),
  );
  return exitCodes.clean;
}
