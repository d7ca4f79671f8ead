import { UsageError } from '../core/index.js';

/** Services that take a short message by HTTPS, each in its own shape. */
export const chatServices = {
  slack: { needs: ['urlFile'], may: [] },
  discord: { needs: ['urlFile'], may: [] },
  teams: { needs: ['urlFile'], may: [] },
  mattermost: { needs: ['urlFile'], may: [] },
  matrix: { needs: ['url', 'room', 'tokenFile'], may: [] },
  telegram: { needs: ['chat', 'tokenFile'], may: ['url'] },
  ntfy: { needs: ['topic'], may: ['url', 'tokenFile'] },
  gotify: { needs: ['url', 'tokenFile'], may: [] },
  pagerduty: { needs: ['tokenFile'], may: ['url'] },
} as const satisfies Record<string, { needs: readonly ChatKey[]; may: readonly ChatKey[] }>;

type ChatKey = 'url' | 'urlFile' | 'tokenFile' | 'room' | 'chat' | 'topic';
/** Name of a service. */
export type ChatService = keyof typeof chatServices;

/** Where services are that have one place for all. */
export const chatPlaces: Readonly<Partial<Record<ChatService, string>>> = {
  telegram: 'https://api.telegram.org',
  ntfy: 'https://ntfy.sh',
  pagerduty: 'https://events.pagerduty.com',
};

/** A target that gets a short message by a service. */
export interface ChatTarget {
  readonly name: string;
  readonly type: ChatService;
  /** Base address of the service. */
  readonly url?: string;
  /** Path of the file that holds the whole address, which is the secret. */
  readonly urlFile?: string;
  /** Path of the file that holds the token. */
  readonly tokenFile?: string;
  readonly room?: string;
  readonly chat?: string;
  readonly topic?: string;
  /** True where the service is in the operator's own network: loopback, private networks and http are then allowed. */
  readonly allowPrivate: boolean;
}

/** True for the name of a service. */
export const isChatService = (type: unknown): type is ChatService =>
  typeof type === 'string' && Object.hasOwn(chatServices, type);

/** The keys that the configuration of a service takes. */
export const chatKeys = (type: ChatService): readonly string[] => [
  ...chatServices[type].needs,
  ...chatServices[type].may,
  'allowPrivate',
];

/** Reads a target. Raises UsageError naming the key that is missing or wrong. */
export function chatTarget(
  { name, type }: Pick<ChatTarget, 'name' | 'type'>,
  value: Readonly<Record<string, unknown>>,
  where: string,
  read: { text(key: string): string; secret(key: string): string },
): ChatTarget {
  const allowPrivate = value.allowPrivate === true;
  const { needs, may } = chatServices[type];
  const made: Record<string, string> = {};
  for (const key of [...needs, ...may] as readonly ChatKey[]) {
    if (value[key] === undefined && (may as readonly string[]).includes(key)) continue;
    made[key] = key.endsWith('File') ? read.secret(key) : read.text(key);
  }
  if (made.url !== undefined) requireHttps(made.url, allowPrivate, `${where}.url"`);
  return { name, type, ...made, allowPrivate };
}

/** Raises UsageError for an address that is no https URL, http being allowed in the operator's own network. */
export function requireHttps(text: string, allowPrivate: boolean, where: string): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'https:' && !(allowPrivate && url?.protocol === 'http:'))
    throw new UsageError(`${where}: expected an https URL (http only with "allowPrivate": true)`);
  if (url.username !== '' || url.password !== '')
    throw new UsageError(`${where}: user names and passwords do not belong into a URL`);
}
