import { didYouMean, printable, UsageError, withoutSecrets } from '../core/index.js';
import { type MatcherTypeName, matcherTypes } from '../matchers/index.js';
import {
  type Askable,
  type LookSet,
  lookSets,
  type MatcherSetting,
  type MatcherSettings,
  type MatcherType,
} from '../matchers/types.js';
import { type Config, checkValue } from './config.js';
import { fromConfig, isRecord, kinds } from './option-kinds.js';
import { environmentName } from './option-spec.js';
import { readSecret, type SecretPlace, secretPlace } from './secret.js';

/** A matching service, as the block `matchers` of the configuration describes it. */
export interface ConfiguredMatcher {
  readonly name: string;
  readonly type: MatcherTypeName;
  readonly settings: MatcherSettings;
  /** Where its secrets are, by name; those of headers under the name of the header. */
  readonly secrets: Readonly<Record<string, SecretPlace>>;
  /** The hashes that leave this machine. */
  readonly uses: readonly Askable[];
  /** Address without what may be secret in it. */
  readonly address: string;
  readonly url: string;
  readonly looks: LookSet;
  /** Simultaneous requests. */
  readonly connections: number;
  /** Most requests a second; absent without a limit. */
  readonly rate?: number;
  readonly timeoutSeconds: number;
  /** Seconds for which "no match" is remembered. */
  readonly keepNoSeconds: number;
  readonly allowPrivate: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings that every service has. */
const common = ['type', 'send', 'looks', 'connections', 'rate', 'timeout', 'keepNo', 'allowPrivate'];

/** The services of the block `matchers` by name; empty without it. Raises UsageError naming the wrong key. */
export function configuredMatchers(config: Config): ReadonlyMap<string, ConfiguredMatcher> {
  const block = config.blocks.matchers;
  if (block === undefined) return new Map();
  const at = `configuration ${printable(config.path ?? '')}, key "matchers`;
  if (!isRecord(block)) throw new UsageError(`${at}": expected an object with a matching service by name`);
  const named = Object.entries(block).filter(([name]) => !name.startsWith('$'));
  return new Map(
    named.map(([name, value]) => [name, readMatcher(name, value, `${at}.${printable(name)}`, config)]),
  );
}

function readMatcher(name: string, value: unknown, at: string, config: Config): ConfiguredMatcher {
  const fail = (key: string, message: string) => new UsageError(`${at}.${printable(key)}": ${message}`);
  if (!/^[a-z0-9][a-z0-9_-]{0,62}$/.test(name))
    throw new UsageError(`${at}": name a service with small letters, digits, - and _`);
  if (!isRecord(value)) throw new UsageError(`${at}": expected an object`);
  const type = Object.keys(matcherTypes).find((one): one is MatcherTypeName => one === value.type);
  if (!type) throw fail('type', `choose of ${Object.keys(matcherTypes).join(', ')}`);
  const kind: MatcherType = matcherTypes[type];
  for (const [key, one] of Object.entries(value)) {
    if (key.startsWith('$')) continue;
    const known = [...common, ...Object.keys(kind.settings), ...Object.keys(kind.secrets)];
    if (!known.includes(key))
      throw fail(key, `is unknown${didYouMean(key, known)}; known are ${known.join(', ')}`);
    if (typeof one === 'string' && one.includes('{{')) throw fail(key, 'is not filled in yet');
  }
  const secrets: Record<string, SecretPlace> = {};
  for (const key of Object.keys(kind.secrets))
    if (value[key] !== undefined) secrets[key] = secretPlace(value[key], `${at}.${key}"`, config);
  const settings: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(kind.settings)) {
    if (value[key] === undefined) {
      if (setting.required) throw fail(key, `is missing: ${setting.about}`);
    } else if (setting.kind === 'headers') {
      const read = readHeaders(value[key], `${at}.${key}`, config);
      settings[key] = read.literal;
      Object.assign(secrets, read.secrets);
    } else settings[key] = readSetting(setting, value[key], `${at}.${key}"`);
  }
  const checked = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const [, key, message] = /^([\w.]+): (.*)$/s.exec(error.message) ?? [];
      throw key === undefined ? new UsageError(`${at}": ${error.message}`) : fail(key, message!);
    }
  };
  checked(() => kind.check?.(settings));
  const uses = checked(() => kind.uses(settings));
  checkSend(value.send, uses, fail);
  const text = (key: string): string | undefined =>
    value[key] === undefined ? undefined : (fromConfig('text', value[key], `${at}.${key}"`) as string);
  const looks = text('looks') ?? 'dihedral';
  if (!lookSets.some((one) => one === looks)) throw fail('looks', `choose of ${lookSets.join(', ')}`);
  const allowPrivate = value.allowPrivate ?? false;
  if (typeof allowPrivate !== 'boolean') throw fail('allowPrivate', 'expected true or false');
  const url = checked(() => kind.url(settings));
  checkUrl(url, allowPrivate, (message) => fail('url', message));
  const connections = kinds.count(text('connections') ?? '4', `${at}.connections"`);
  if (connections > 32) throw fail('connections', 'at most 32');
  const timeoutSeconds = kinds.duration(text('timeout') ?? '30s', `${at}.timeout"`);
  if (timeoutSeconds > 600) throw fail('timeout', 'at most 10m');
  const rate = text('rate');
  return {
    ...{ name, type, settings, secrets, uses, url, allowPrivate, connections, timeoutSeconds },
    address: withoutSecrets(url),
    looks: looks as LookSet,
    keepNoSeconds: kinds.duration(text('keepNo') ?? '7d', `${at}.keepNo"`),
    ...(rate === undefined ? {} : { rate: kinds.number(rate, `${at}.rate"`) }),
  };
}

function readSetting({ kind, choices }: MatcherSetting, value: unknown, name: string): unknown {
  if (kind === 'json' || kind === 'headers') return value;
  const read = fromConfig(kind, value, name);
  checkValue({ flags: '', kind, about: '', ...(choices ? { choices } : {}) }, read, name);
  return read;
}

/** Raises UsageError for anything but the fingerprints that the settings send anyhow. */
function checkSend(
  send: unknown,
  uses: readonly Askable[],
  fail: (key: string, message: string) => UsageError,
): void {
  if (send === undefined) return;
  if (send === 'media')
    throw fail('send', 'this version never sends a picture to anybody, only fingerprints; leave it out');
  const named = (Array.isArray(send) ? send : [send]) as readonly unknown[];
  if (named.length !== uses.length || !named.every((one) => uses.some((use) => use === one)))
    throw fail('send', `these settings send ${uses.join(', ')}; say so, or leave it out`);
}

function checkUrl(text: string, allowPrivate: boolean, fail: (message: string) => UsageError): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(allowPrivate && url?.protocol === 'http:'))
    throw fail('expected an https address (http only in a network of your own, with "allowPrivate": true)');
  if (url.username !== '' || url.password !== '')
    throw fail('user names and passwords do not belong into an address');
  if (url.hash !== '') throw fail('leave out what follows #');
}

function readHeaders(value: unknown, at: string, config: Config) {
  if (!isRecord(value)) throw new UsageError(`${at}": expected an object with a value by name of a header`);
  const literal: Record<string, string> = {};
  const secrets: Record<string, SecretPlace> = {};
  for (const [name, one] of Object.entries(value)) {
    const key = `${at}.${printable(name)}"`;
    if (
      !/^[!#$%&'*+.^_`|~\w-]+$/.test(name) ||
      /^(host|content-length|transfer-encoding|connection)$/i.test(name)
    )
      throw new UsageError(`${key}: is no header that can be set`);
    if (typeof one !== 'string') secrets[name] = secretPlace(one, key, config);
    else if (/^[\x20-\x7e]+$/.test(one)) literal[name] = one;
    else throw new UsageError(`${key}: expected a text that a header can hold`);
  }
  return { literal, secrets };
}

/** Environment variable for a secret that the configuration gives no place: `HASHSIEVE_MATCHER_SHIELD_PASSWORD`. */
const variableOf = (matcher: string, secret: string): string =>
  `HASHSIEVE_MATCHER_${matcher.replaceAll('-', '_').toUpperCase()}_${environmentName(secret).replace('HASHSIEVE_', '')}`;

/** Reads the secrets of a service. Raises UsageError, which never quotes one. */
export function matcherSecrets(
  { name, type, secrets: places }: ConfiguredMatcher,
  environment: Environment,
): Readonly<Record<string, string>> {
  const kind: MatcherType = matcherTypes[type];
  const found: Record<string, string> = {};
  for (const [key, place] of Object.entries(places))
    found[key] = readSecret(place, `matching service ${name}, "${printable(key)}"`, environment);
  for (const [key, { required }] of Object.entries(kind.secrets)) {
    if (found[key] !== undefined) continue;
    const variable = variableOf(name, key);
    if (environment[variable]) found[key] = readSecret({ env: variable }, variable, environment);
    else if (required)
      throw new UsageError(
        `matching service ${name} needs "${key}": say {"env": NAME} or {"file": PATH} in the configuration, or set ${variable}`,
      );
  }
  return found;
}

/** What leaves for a service, in words: `fingerprints (pdq) of 8 looks at each picture`. */
export function sentTo({ uses, looks }: Pick<ConfiguredMatcher, 'uses' | 'looks'>): string {
  const looked = { upright: 'one look', dihedral: '8 looks', basic: 'every look of the scan' }[looks];
  const ofPixels = uses.includes('pdq');
  return `${uses.join(', ')}${ofPixels ? ` of ${looked} at each picture` : ' of each file'}`;
}

/** The settings of a service as `--print-config` shows them: no secret, and no literal header, which may be one. */
export function shownMatcher(matcher: ConfiguredMatcher): Readonly<Record<string, unknown>> {
  const { type, settings, secrets, address, looks, connections, rate, timeoutSeconds } = matcher;
  const { headers, ...plain } = settings as { readonly headers?: object };
  const hidden = headers && Object.fromEntries(Object.keys(headers).map((name) => [name, '(hidden)']));
  return {
    ...{ type, ...plain, url: address },
    ...(hidden ? { headers: hidden } : {}),
    secrets,
    ...{ sends: sentTo(matcher), sendsMedia: false, looks, connections },
    ...(rate === undefined ? {} : { rate }),
    ...{ timeoutSeconds, keepNoSeconds: matcher.keepNoSeconds, allowPrivate: matcher.allowPrivate },
  };
}
