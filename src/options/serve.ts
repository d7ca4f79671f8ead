import type { OptionSpec } from '../config/index.js';

/** Options of `serve`; a part of the one table in table.ts. */
export const serveSpecs = {
  http: {
    flags: '--http <place>',
    kind: 'text',
    about: 'listen for HTTP: address and port, or path of a Unix socket (default: 127.0.0.1:8076)',
  },
  clamd: {
    flags: '--clamd <place>',
    kind: 'text',
    about: 'listen for clients of clamd: path of a Unix socket, or address and port',
  },
  icap: {
    flags: '--icap <place>',
    kind: 'text',
    about: 'listen for ICAP: address and port, or path of a Unix socket',
  },
  onUnread: {
    flags: '--on-unread <verdict>',
    kind: 'text',
    choices: ['reject', 'accept'],
    default: 'reject',
    about: 'what becomes of an upload that could not be read',
  },
  onSlow: {
    flags: '--on-slow <verdict>',
    kind: 'text',
    choices: ['reject', 'accept'],
    default: 'reject',
    about: 'what becomes of an upload about which a matching service (--matcher) did not answer in time',
  },
  slowAfter: {
    flags: '--slow-after <time>',
    kind: 'duration',
    most: '10m',
    default: 5,
    about: 'how long an upload waits for matching services',
  },
  tokenFile: {
    flags: '--token-file <file>',
    kind: 'text',
    isPath: true,
    about: 'file with the token that callers of HTTP must show',
  },
  clamdRoot: {
    flags: '--clamd-root <dir>',
    kind: 'text',
    isPath: true,
    about: 'directory below which SCAN of clamd may read',
  },
  tusdRoot: {
    flags: '--tusd-root <dir>',
    kind: 'text',
    isPath: true,
    about: 'directory below which the files of tusd lie, which its hooks name',
  },
  mastodonSecretFile: {
    flags: '--mastodon-secret-file <file>',
    kind: 'text',
    isPath: true,
    about: 'file with the secret of a webhook of Mastodon',
  },
  keep: {
    flags: '--keep <dir>',
    kind: 'text',
    isPath: true,
    about: 'keep the bytes of matched uploads in this directory, which must not be served',
  },
  queue: {
    flags: '--queue <n>',
    kind: 'count',
    default: 64,
    about: 'uploads that may wait; more are turned away for a while',
  },
} as const satisfies Record<string, OptionSpec>;
