import { execFile } from 'node:child_process';
import { constants, promises as fs, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Config,
  configName,
  configuredMatchers,
  isMissing,
  matcherSecrets,
  reasonOf,
} from '../config/index.js';
import { requireWebAssembly, UsageError } from '../core/index.js';
import { findFfmpeg, sharpWayOut, whyNot } from '../decoders/index.js';
import { oldestNode } from '../files/index.js';
import { defaultLedgerPath, driverPackage, loadDriver } from '../ledger/index.js';
import type { Check } from './doctor-check.js';
import { leavesFor } from './matchers.js';

export type { Check } from './doctor-check.js';

/** The machine and settings that `examine` looks at. */
export interface Machine {
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The configuration. Default: none. */
  readonly config?: Config;
  /** Absolute path of the ledger. Default: the platform's own place. */
  readonly ledger?: string | undefined;
  /** Absolute paths of the hash lists that a scan would use. Default: none. */
  readonly lists?: readonly string[] | undefined;
}

/**
 * Checks everything that a scan may need of the machine. Changes and fetches nothing.
 * @example
 * for (const { name, state } of await examine({ environment: process.env })) console.log(name, state);
 */
export const examine = async (machine: Machine): Promise<Check[]> => [
  ...(await Promise.all([
    node(),
    webAssembly(),
    sharp(),
    database(),
    ...helpers.map(installed),
    ffmpeg(machine.environment),
    state(machine),
    Promise.resolve(configuration(machine.config ?? noConfig)),
    lists(machine),
    ...services(machine),
    ...plugins(machine),
    law(),
  ])),
  ...(await blocks(machine)),
];

/** Checks the configuration whole. */
const blocks = async ({ config, environment }: Machine): Promise<Check[]> =>
  config?.path === undefined ? [] : (await import('./doctor-config.js')).examineConfig(config, environment);

const noConfig: Config = { options: {}, blocks: {} };

/** Checks the settings and secrets of the matching services. Asks no service. */
function services({ config, environment }: Machine): Promise<Check>[] {
  const broken = (name: string, error: unknown): Check => {
    if (!(error instanceof UsageError)) throw error;
    return {
      name,
      state: 'broken',
      detail: error.message,
      advice: 'every run that names it ends with code 2',
    };
  };
  try {
    const named = config ? [...configuredMatchers(config).values()] : [];
    return named.map(async (matcher): Promise<Check> => {
      const name = `matcher ${matcher.name}`;
      try {
        matcherSecrets(matcher, environment);
        return { name, state: 'ok', path: matcher.address, detail: leavesFor(matcher) };
      } catch (error) {
        return broken(name, error);
      }
    });
  } catch (error) {
    return [Promise.resolve(broken('matchers', error))];
  }
}

/** Days after which somebody should compare what drafts and documents say of laws with the laws. */
const lawPatience = 365;

/** How old the oldest fact about laws is that drafts tell. @param now milliseconds since 1970. */
export async function law(now = Date.now()): Promise<Check> {
  const { lawFacts } = await import('../reports/index.js');
  const [oldest] = lawFacts.map(({ seen }) => seen).sort();
  const days = Math.floor((now - Date.parse(oldest!)) / 86_400_000);
  const detail = `${lawFacts.length} facts, the oldest seen on ${oldest}`;
  if (days <= lawPatience) return { name: 'law', state: 'ok', detail };
  const advice = `what drafts say of laws is ${days} days old: update hashsieve, and compare docs/found-something.md with the laws`;
  return { name: 'law', state: 'ok', detail, advice };
}

const numbersOf = (text: string) => text.split('.').map(Number) as [number, number];

async function node(): Promise<Check> {
  const memory = `${(totalmem() / 1e9).toFixed(1)} GB of memory`;
  const [major, minor] = numbersOf(process.versions.node);
  const [oldestMajor, oldestMinor] = numbersOf(oldestNode);
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
  return {
    name: 'node',
    version: process.versions.node,
    path: process.execPath,
    detail: `${process.platform} ${process.arch}, ${availableParallelism()} processors, ${memory}`,
    ...(isOld
      ? { state: 'broken', advice: `nothing but doctor runs: install Node ${oldestNode} or newer` }
      : { state: 'ok' }),
  };
}

/** sharp's names for the formats that the decoder reads through it. */
const needed = ['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif'] as const;

/**
 * Fingerprints are computed and compared in WebAssembly. A limit on the address space (`ulimit -v`) can forbid that.
 */
async function webAssembly(): Promise<Check> {
  const name = 'webassembly';
  try {
    requireWebAssembly();
    return { name, state: 'ok' };
  } catch (error) {
    return { name, state: 'broken', advice: `no picture can be fingerprinted: ${reasonOf(error)}` };
  }
}

async function sharp(): Promise<Check> {
  const advice = `no picture can be decoded: ${sharpWayOut}`;
  try {
    const { default: lib } = await import('sharp');
    const lacking = needed.filter((name) => !lib.format[name].input.buffer);
    const formats = needed
      .filter((name) => !lacking.includes(name))
      .map((name) => (name === 'heif' ? 'avif' : name));
    return {
      name: 'sharp',
      version: lib.versions.sharp ?? 'unknown',
      detail: `libvips ${lib.versions.vips}: ${formats.join(', ')}`,
      ...(lacking.length === 0
        ? { state: 'ok' }
        : { state: 'broken', advice: `cannot read ${lacking.join(', ')}: ${advice}` }),
    };
  } catch (error) {
    return { name: 'sharp', state: 'broken', detail: whyNot(error), advice };
  }
}

async function database(): Promise<Check> {
  const advice = `nothing is remembered from run to run: take Node.js 22.16 or later, or npm install ${driverPackage}`;
  const version = versionOf(driverPackage);
  try {
    const driver = await loadDriver();
    const opened = driver.open(':memory:');
    const detail = `SQLite ${opened.value('SELECT sqlite_version()')}`;
    opened.close();
    const isPackage = driver.name === 'libsql' && version !== undefined;
    return { name: driver.name, state: 'ok', ...(isPackage ? { version } : {}), detail };
  } catch (error) {
    if (version === undefined) return { name: driverPackage, state: 'missing', advice };
    return { name: driverPackage, state: 'broken', version, detail: reasonOf(error), advice };
  }
}

/** Optional packages. */
const helpers = [
  { name: 'libheif-js', what: 'HEIC is skipped (decoder-missing)' },
  { name: 'jxl-oxide-wasm', what: 'JPEG XL is skipped (decoder-missing)' },
  {
    name: '@imagemagick/magick-wasm',
    what: 'Photoshop files, JPEG 2000, camera raw and other rare formats are skipped (decoder-missing)',
  },
  { name: '@hyzyla/pdfium', what: 'PDF documents with pages of several pictures or drawings are incomplete' },
  { name: '@aws-sdk/client-s3', what: 'buckets (s3://…) cannot be read' },
] as const;

async function installed({ name, what }: (typeof helpers)[number]): Promise<Check> {
  const version = versionOf(name);
  if (version !== undefined) return { name, state: 'ok', version };
  return { name, state: 'missing', advice: `${what}: npm install ${name}` };
}

/** Some packages do not let their own package.json be required. */
function versionOf(name: string): string | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string })
        .version;
    } catch {
      // The package is not installed.
    }
  }
  return undefined;
}

async function ffmpeg(environment: Machine['environment']): Promise<Check> {
  const name = 'ffmpeg';
  const advice = 'videos are not looked into: install ffmpeg (apt-get install ffmpeg, brew install ffmpeg)';
  const path = findFfmpeg(environment);
  if (path === undefined) return { name, state: 'missing', advice };
  try {
    const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-version'], { timeout: 10_000 });
    const version = /^ffmpeg version ([!-~]{1,60})/.exec(stdout)?.[1];
    if (version) return { name, state: 'ok', version, path };
    return { name, state: 'broken', path, detail: 'it does not say its version', advice };
  } catch (error) {
    return { name, state: 'broken', path, detail: reasonOf(error), advice };
  }
}

async function state({ environment, ledger }: Machine): Promise<Check> {
  const name = 'ledger';
  const path = ledger ?? defaultLedgerPath(process.platform, environment);
  if (path === undefined)
    return { name, state: 'missing', advice: 'no home directory is known: name a file with --ledger' };
  const folder = await nearest(dirname(path));
  const own = folder === dirname(path);
  try {
    await fs.access(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const advice = `nothing is remembered: make ${folder} writable for this user, or name a file with --ledger`;
    return { name, state: 'broken', path, detail: reasonOf(error), advice };
  }
  const file = await fs.stat(path).catch(() => undefined);
  const mode = (file ?? (own ? await fs.stat(folder) : undefined))?.mode;
  const rights = mode === undefined ? '' : `, rights ${(mode & 0o777).toString(8).padStart(3, '0')}`;
  const detail = (file ? `${file.size} bytes` : 'not there yet, made by the first scan') + rights;
  const isOpen = process.platform !== 'win32' && file !== undefined && (file.mode & 0o077) !== 0;
  if (!isOpen) return { name, state: 'ok', path, detail };
  return {
    name,
    state: 'ok',
    path,
    detail,
    advice: `others can read it, and it holds detections: chmod 600 ${path}`,
  };
}

const lists = async ({
  environment,
  ledger,
  lists: paths = [],
  config = noConfig,
}: Machine): Promise<Check> =>
  (await import('./doctor-lists.js')).examineLists(
    paths,
    ledger ?? defaultLedgerPath(process.platform, environment),
    { environment, config },
  );

/** Loads every plug-in and asks it for a hash, where the configuration names any. */
const plugins = ({ config = noConfig, environment }: Machine): Promise<Check>[] =>
  config.blocks.plugins === undefined
    ? []
    : [import('./doctor-plugins.js').then(({ examinePlugins }) => examinePlugins({ config, environment }))];

/** The folder, or the nearest existing one above it. */
async function nearest(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await fs.stat(at);
      return at;
    } catch (error) {
      if (!isMissing(error) || dirname(at) === at) return at;
    }
  }
}

function configuration({ path, options }: Config): Check {
  const name = 'configuration';
  if (path === undefined)
    return {
      name,
      state: 'missing',
      advice: `defaults are in force; hashsieve init writes ${configName} to fill in, --config reads it`,
    };
  const count = Object.keys(options).length;
  return { name, state: 'ok', path, detail: `${count} ${count === 1 ? 'option' : 'options'}` };
}
