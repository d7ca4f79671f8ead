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

/** Two of the four types of exchange, for the user to fill in or to delete. */
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

/** A configuration file for the user to fill in. */
export interface ConfigTemplate {
  /** Absolute path. */
  readonly path: string;
  /** True where every call reads this file unless it names another. */
  readonly isFound: boolean;
  /** Absolute path at which every call would read a file, if the platform has such a path. */
  readonly place?: string;
}

/**
 * Writes a configuration file for the user to fill in; only its owner can read it.
 * @param path default: `hashsieve.config.json` in the working directory
 * @throws UsageError where the file already exists or cannot be written
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

/** Creates the file. Raises UsageError. */
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
