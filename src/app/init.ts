import { open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { configName, configPlaces, reasonOf } from '../config/index.js';
import { printable, UsageError } from '../core/index.js';
import { makePrivate } from '../files/index.js';
import { operatorTemplate } from '../reports/context/index.js';
import { type Advice, type Answers, adviceFor, isInUnion, nextSteps, sources } from '../supply/index.js';
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
  ncmec: sources.ncmec.exchange,
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
  /** Absolute path of the page with next steps, and what it advises; only where the operator gave answers. */
  readonly steps?: { readonly path: string; readonly advice: Advice };
}

/** Address of the schema of the configuration that came with this version, by which editors check and complete it. */
const schemaPlace = () => new URL('../../docs/schemas/config.schema.json', import.meta.url).href;

/** Name of the page that `init` writes beside the configuration. */
const stepsName = 'NEXT-STEPS.md';

/**
 * Writes a configuration file for the user to fill in; only its owner can read it. With answers about the service it
 * holds the sources of lists that fit, and NEXT-STEPS.md beside it says what to apply for.
 * @param path default: `hashsieve.config.json` in the working directory
 * @throws UsageError where one of the files already exists or cannot be written; nothing is written then
 * @example
 * const { path } = await writeConfigTemplate('/etc/hashsieve/config.json');
 */
export async function writeConfigTemplate(
  path: string = configName,
  given: Surroundings = {},
  answers?: Answers,
): Promise<ConfigTemplate> {
  const { directory, environment } = surrounded(given);
  const file = resolve(directory, path);
  const content = { $schema: schemaPlace(), $comment: comment, operator: operatorTemplate, exchanges };
  const put = async (about: object) => create(file, `${JSON.stringify(about, null, 2)}\n`);
  const steps = answers && { path: join(dirname(file), stepsName), advice: adviceFor(answers) };
  if (answers && steps) {
    await requireMissing(file);
    await create(steps.path, nextSteps(answers));
    await put({ ...content, operator: operatorIn(answers), exchanges: exchangesFor(steps.advice) });
  } else await put(content);
  const places = configPlaces(process.platform, environment);
  const [place] = places;
  return {
    path: file,
    isFound: places.includes(file),
    ...(place === undefined ? {} : { place }),
    ...(steps && { steps }),
  };
}

/** Jurisdictions of reports that are named as their country; the others have none. */
const jurisdictions: Readonly<Record<string, string>> = { US: 'us', GB: 'uk', CA: 'ca', DE: 'de', AU: 'au' };

function operatorIn({ country }: Answers): object {
  const jurisdiction = jurisdictions[country] ?? (isInUnion(country) ? 'eu' : operatorTemplate.jurisdiction);
  const { reporter } = operatorTemplate;
  return {
    ...operatorTemplate,
    jurisdiction,
    reporter: { ...reporter, address: { ...reporter.address, country } },
  };
}

/** The blocks of the exchanges that the operator may come to have; the example of a list on a web server stays. */
function exchangesFor({ apply }: Advice): object {
  const blocks = apply.flatMap(({ key, source, why }) =>
    source.exchange
      ? [[key, { $comment: `${source.name}: ${why}. ${source.door}`, ...source.exchange }]]
      : [],
  );
  const { $comment, shared } = exchanges;
  return { $comment, ...Object.fromEntries(blocks), shared };
}

async function requireMissing(path: string): Promise<void> {
  const file = await open(path, 'r').catch(() => undefined);
  await file?.close();
  if (file) throw isThere(path);
}

const isThere = (path: string): UsageError =>
  new UsageError(
    `${printable(path)} is there already and stays as it is; name another file, or add the block "operator" by hand (docs/reporting.md)`,
  );

/** Creates the file. Raises UsageError. */
async function create(path: string, text: string): Promise<void> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    await makePrivate(dirname(path));
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    const there = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw there ? isThere(path) : new UsageError(`${printable(path)} cannot be written: ${reasonOf(error)}`);
  }
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
