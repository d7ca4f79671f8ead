import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { didYouMean, printable, UsageError } from '../core/index.js';
import {
  type ChatService,
  type ChatTarget,
  chatKeys,
  chatServices,
  chatTarget,
  isChatService,
  requireHttps,
} from './chat-targets.js';
import type { Config } from './config.js';
import { isRecord } from './option-kinds.js';

interface Named {
  readonly name: string;
}
/** A target that gets e-mails. */
export interface EmailTarget extends Named {
  readonly type: 'email';
  readonly host: string;
  readonly port: number;
  /** `implicit`: TLS from the first byte; `starttls`: STARTTLS is required; `none`: no TLS, only on request. */
  readonly tls: 'implicit' | 'starttls' | 'none';
  readonly user?: string;
  readonly passwordFile?: string;
  /** Path of PEM certificates that are trusted instead of the system's. */
  readonly caFile?: string;
  readonly from: string;
  readonly to: readonly string[];
}
/** A target that gets HTTP requests. */
export interface WebhookTarget extends Named {
  readonly type: 'webhook';
  readonly url: string;
  readonly secretFile: string;
  /** True where the address is in the operator's own network: loopback, private networks and http are then allowed. */
  readonly allowPrivate: boolean;
}
/** A target that is a program of the operator's. */
export interface CommandTarget extends Named {
  readonly type: 'command';
  /** Program and arguments, run without a shell. */
  readonly command: readonly string[];
  /** Absolute path of the configuration's directory, in which the program runs and from which relative paths start. */
  readonly directory: string;
}
/** Somebody who is told of detections. */
export type NotifyTarget = EmailTarget | WebhookTarget | CommandTarget | ChatTarget;

/** The block `notify`. */
export interface NotifyConfig {
  readonly when: 'at-once' | 'daily';
  /** During a scan, seconds for which detections are collected into one notice. */
  readonly interval: number;
  readonly targets: readonly NotifyTarget[];
}

const keys: Readonly<Record<Exclude<NotifyTarget['type'], ChatService>, readonly string[]>> = {
  email: ['host', 'port', 'tls', 'user', 'passwordFile', 'caFile', 'from', 'to'],
  webhook: ['url', 'secretFile', 'allowPrivate'],
  command: ['command'],
};

/** Reads the block `notify` of the configuration (docs/notify.md). Raises UsageError naming the wrong key. */
export function notifyConfig(config: Config): NotifyConfig | undefined {
  const block = config.blocks.notify;
  if (block === undefined) return undefined;
  const at = `configuration ${config.path}, key "notify`;
  if (!isRecord(block)) throw new UsageError(`${at}": expected an object`);
  const { when = 'at-once', interval = 60, targets, ...more } = block;
  const [unknown] = Object.keys(more);
  if (unknown !== undefined)
    throw new UsageError(`${at}.${unknown}" is unknown; known are when, interval, targets`);
  if (when !== 'at-once' && when !== 'daily') throw new UsageError(`${at}.when": choose at-once or daily`);
  if (typeof interval !== 'number' || !(interval >= 1 && interval <= 3600))
    throw new UsageError(`${at}.interval": expected 1 to 3600 seconds`);
  if (!isRecord(targets) || Object.keys(targets).length === 0)
    throw new UsageError(`${at}.targets": expected an object with a target by name`);
  const directory = dirname(config.path ?? resolve('.', 'none'));
  const made = Object.entries(targets).map(([name, value]) => target(name, value, { at, directory }));
  return { when, interval, targets: made };
}

function target(
  name: string,
  value: unknown,
  { at, directory }: { readonly at: string; readonly directory: string },
): NotifyTarget {
  const where = `${at}.targets.${name}`;
  if (!isRecord(value)) throw new UsageError(`${where}": expected an object`);
  const { type } = value;
  if (type !== 'email' && type !== 'webhook' && type !== 'command' && !isChatService(type))
    throw new UsageError(
      `${where}.type": choose one of ${[...Object.keys(keys), ...Object.keys(chatServices)].join(', ')}`,
    );
  const known = isChatService(type) ? chatKeys(type) : keys[type];
  const unknown = Object.keys(value).find((key) => key !== 'type' && !known.includes(key));
  if (unknown)
    throw new UsageError(
      `${where}.${unknown}" is unknown${didYouMean(unknown, known)}; known are ${known.join(', ')}`,
    );
  const text = (key: string): string => {
    const given = value[key];
    if (typeof given !== 'string' || given === '' || /[\r\n]/.test(given))
      throw new UsageError(`${where}.${key}": expected a text`);
    return given;
  };
  const maybe = (key: string) => (value[key] === undefined ? {} : { [key]: text(key) });
  const path = (key: string) => resolve(directory, text(key));
  const secret = (key: string) => privateFile(path(key), `${where}.${key}"`);
  const texts = (key: string): string[] => {
    const given = value[key];
    if (!Array.isArray(given) || given.length === 0 || !given.every((one) => typeof one === 'string'))
      throw new UsageError(`${where}.${key}": expected a list of texts`);
    return given;
  };
  if (isChatService(type)) return chatTarget({ name, type }, value, where, { text, secret });
  if (type === 'command') {
    const [program, ...args] = texts('command');
    // A plain name is looked up in PATH.
    const isPath = /[\\/]/.test(program!);
    return { name, type, command: [isPath ? resolve(directory, program!) : program!, ...args], directory };
  }
  if (type === 'webhook')
    return webhook(
      {
        name,
        type,
        url: text('url'),
        secretFile: secret('secretFile'),
        allowPrivate: value.allowPrivate === true,
      },
      where,
    );
  const tls = value.tls ?? 'implicit';
  if (tls !== 'implicit' && tls !== 'starttls' && tls !== 'none')
    throw new UsageError(`${where}.tls": choose implicit, starttls or none`);
  const port = value.port ?? (tls === 'implicit' ? 465 : 587);
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError(`${where}.port": expected a port`);
  const password = value.passwordFile === undefined ? {} : { passwordFile: secret('passwordFile') };
  const caFile = value.caFile === undefined ? {} : { caFile: path('caFile') };
  const optional = { ...maybe('user'), ...password, ...caFile };
  const to = texts('to');
  const several = to.find((one) => /[,;]/.test(one) && !one.includes('<'));
  if (several !== undefined) throw new UsageError(`${where}.to": write each address as a text of its own`);
  return { name, type, host: text('host'), port, tls, ...optional, from: text('from'), to };
}

/** Checks a file that holds a secret. A missing file is reported once it is needed. */
function privateFile(path: string, key: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  // Windows does not have these modes.
  if (stats && process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
    throw new UsageError(`${key}: others can read ${printable(path)}; run chmod 600 on it`);
  return path;
}

function webhook(made: WebhookTarget, where: string): WebhookTarget {
  requireHttps(made.url, made.allowPrivate, `${where}.url"`);
  return made;
}

/** Reads a secret from its file, so that no configuration has to hold it. Raises Error. */
export const secretOf = (file: string): string => readFileSync(file, 'utf8').trim();
