import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { configName, configPlaces, reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { makePrivate } from '../files/index.js';
import { operatorTemplate } from '../reports/context/index.js';
import { type Surroundings, surrounded } from './surroundings.js';

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

/** A configuration file to fill in. */
export interface ConfigTemplate {
  /** Absolute. */
  readonly path: string;
  /** Every call reads it that names no other. */
  readonly isFound: boolean;
  /** Where a file would be read by every call, if there is such a place; absolute. */
  readonly place?: string;
}

/**
 * Writes a configuration file to fill in, readable by its owner alone.
 * @param path default: `hashsieve.config.json` in the working directory
 * @throws UsageError where there is one already, or it cannot be written
 * @example
 * const { path } = await writeConfigTemplate('/etc/hashsieve/config.json');
 */
export async function writeConfigTemplate(
  path: string = configName,
  given: Surroundings = {},
): Promise<ConfigTemplate> {
  const { directory, environment } = surrounded(given);
  const file = resolve(directory, path);
  await create(
    file,
    `${JSON.stringify({ $comment: comment, operator: operatorTemplate, exchanges }, null, 2)}\n`,
  );
  const places = configPlaces(process.platform, environment);
  const [place] = places;
  return { path: file, isFound: places.includes(file), ...(place === undefined ? {} : { place }) };
}

/** Raises UsageError. */
async function create(path: string, text: string): Promise<void> {
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
}
