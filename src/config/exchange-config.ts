import { dirname, resolve } from 'node:path';
import { didYouMean, printable, UsageError } from '../core/index.js';
import { type ExchangeTypeName, exchangeTypes } from '../exchanges/index.js';
import type { ExchangeType, Setting, Settings } from '../exchanges/types.js';
import { defaultListPath } from '../files/index.js';
import { type Config, checkValue } from './config.js';
import { fromConfig, isRecord, kinds } from './option-kinds.js';
import { configuredOwnList, ownListName } from './own-list-path.js';

/** A list that `list sync` updates from an exchange, as the block `exchanges` of the configuration describes it. */
export interface SyncedList {
  readonly name: string;
  readonly type: ExchangeTypeName;
  readonly settings: Settings;
  /** Absolute path of the list file. */
  readonly path: string;
  readonly credentialsFile?: string;
  readonly allowPrivate: boolean;
  readonly timeoutSeconds: number;
  readonly maxBytes: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that every exchange has. */
const common = ['type', 'path', 'credentialsFile', 'allowPrivate', 'timeout', 'maxBytes'];

/** The lists of the block `exchanges` by name; empty without the block. Raises UsageError naming the wrong key. */
export function syncedLists(config: Config, environment: Environment): ReadonlyMap<string, SyncedList> {
  const block = config.blocks.exchanges;
  if (block === undefined) return new Map();
  const at = keyOf(config);
  if (!isRecord(block)) throw new UsageError(`${at}": expected an object with an exchange by list name`);
  const lists = Object.entries(block)
    .filter(([name]) => !name.startsWith('$'))
    .map(([name, value]) => readList(name, value, `${at}.${printable(name)}`, config, environment));
  for (const [order, list] of lists.entries())
    if (lists.slice(0, order).some(({ path }) => path === list.path))
      throw new UsageError(`${at}.${list.name}.path": another list is kept there`);
  return new Map(lists.map((list) => [list.name, list]));
}

const keyOf = ({ path = '' }: Config) => `configuration ${printable(path)}, key "exchanges`;

function readList(
  name: string,
  value: unknown,
  at: string,
  config: Config,
  environment: Environment,
): SyncedList {
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name))
    throw new UsageError(`${at}": name a list with small letters, digits, - and _`);
  if (name === ownListName)
    throw new UsageError(
      `${at}": this name is that of your own list, which no exchange changes; take another`,
    );
  if (!isRecord(value)) throw new UsageError(`${at}": expected an object`);
  const fail = (key: string, message: string) => new UsageError(`${at}.${printable(key)}": ${message}`);
  const type = Object.keys(exchangeTypes).find((one): one is ExchangeTypeName => one === value.type);
  if (!type) throw fail('type', `choose of ${Object.keys(exchangeTypes).join(', ')}`);
  const exchange: ExchangeType = exchangeTypes[type];
  const given = Object.entries(value).filter(([key]) => !key.startsWith('$'));
  for (const [key, one] of given) {
    const known = [...common, ...Object.keys(exchange.settings)];
    if (!known.includes(key))
      throw fail(key, `is unknown${didYouMean(key, known)}; known are ${known.join(', ')}`);
    if (typeof one === 'string' && one.includes('{{')) throw fail(key, 'is not filled in yet');
  }
  const settings: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(exchange.settings)) {
    if (value[key] !== undefined) settings[key] = readSetting(setting, value[key], `${at}.${key}"`);
    else if (setting.required) throw fail(key, `is missing: ${setting.about}`);
  }
  const text = (key: string): string | undefined =>
    value[key] === undefined ? undefined : (fromConfig('text', value[key], `${at}.${key}"`) as string);
  const beside = (path: string) => resolve(dirname(config.path ?? '.'), path);
  const credentialsFile = text('credentialsFile');
  const allowPrivate = value.allowPrivate ?? false;
  if (typeof allowPrivate !== 'boolean') throw fail('allowPrivate', 'expected true or false');
  checkUrl(urlOf(exchange, settings, at), { allowPrivate, query: type === 'file' }, at);
  return {
    name,
    type,
    settings,
    path: beside(text('path') ?? defaultPath(name, environment, at)),
    ...(credentialsFile === undefined ? {} : { credentialsFile: beside(credentialsFile) }),
    allowPrivate,
    timeoutSeconds: kinds.duration(text('timeout') ?? '60s', `${at}.timeout"`),
    maxBytes: kinds.bytes(text('maxBytes') ?? (type === 'file' ? '50GB' : '64MB'), `${at}.maxBytes"`),
  };
}

function readSetting(setting: Setting, value: unknown, name: string): unknown {
  const read = fromConfig(setting.kind, value, name);
  checkValue({ flags: '', ...setting }, read, name);
  return read;
}

function urlOf(exchange: ExchangeType, settings: Settings, at: string): string {
  try {
    return exchange.url(settings);
  } catch (error) {
    if (error instanceof UsageError) throw new UsageError(`${at}": ${error.message}`);
    throw error;
  }
}

function checkUrl(text: string, allowed: { allowPrivate: boolean; query: boolean }, at: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(allowed.allowPrivate && url?.protocol === 'http:'))
    throw new UsageError(
      `${at}.url": expected an https address (http only in a network of your own, with "allowPrivate": true)`,
    );
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${at}.url": user names and passwords do not belong into an address`);
  if (url.hash !== '' || (url.search !== '' && !allowed.query))
    throw new UsageError(`${at}.url": leave out what follows ? or #`);
}

function defaultPath(name: string, environment: Environment, at: string): string {
  const path = defaultListPath(name, process.platform, environment);
  if (path === undefined) throw new UsageError(`${at}.path" is missing: say where the list is kept`);
  return path;
}

/**
 * Replaces names of synced lists, and `own`, by the paths of their files. A name in the configuration takes precedence over a file
 * of that name, which somebody else may have put there; `./name` means the file. Raises UsageError where the settings
 * of a named list are wrong.
 * @param own absolute path of the operator's own list; default: as the environment and the configuration say.
 */
export function listPaths(
  given: readonly string[],
  config: Config,
  environment: Environment,
  own: string | undefined = configuredOwnList(config.options.ownList, environment),
): readonly string[] {
  const block = isRecord(config.blocks.exchanges) ? config.blocks.exchanges : {};
  const at = keyOf(config);
  return given.map((one) => {
    if (Object.hasOwn(block, one)) return readList(one, block[one], `${at}.${one}`, config, environment).path;
    return one === ownListName ? (own ?? one) : one;
  });
}
