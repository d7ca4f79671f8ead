import {
  type ConfiguredMatcher,
  configuredMatchers,
  matcherSecrets,
  sentTo,
  shownMatcher,
} from '../config/index.js';
import { type Allowance, type KnownHashes, printable, UsageError } from '../core/index.js';
import type { AlgorithmName } from '../fingerprints/index.js';
import type { Asking, MatcherType, OpenedService } from '../matchers/types.js';
import { userAgentOf } from '../scanner/index.js';
import type { Around } from './surroundings.js';

/** Which matching services to ask. */
export interface MatcherOptions {
  /** Names of services in the block `matchers` of the configuration. */
  readonly matcher?: readonly string[] | undefined;
  readonly quiet?: boolean | undefined;
  /** Address of the operator, for the user agent. */
  readonly contact?: string | undefined;
}

/** The services that a run asks, with everything checked, before anything is sent. */
export interface WantedServices {
  /** The algorithms to compute: those of the lists, and those that the questions need. */
  algorithms(lists: readonly KnownHashes[]): readonly AlgorithmName[];
  /** Opens them, and says what leaves for where. @param again asks again about everything that had no match. */
  open(allow: Allowance | undefined, again?: boolean): Promise<Asking>;
}

/**
 * Checks the services that the options name, with their settings and secrets. Undefined where none is named. Raises
 * UsageError.
 */
export async function wantedServices(
  options: MatcherOptions,
  around: Pick<Around, 'config' | 'environment' | 'voice' | 'signal'>,
): Promise<WantedServices | undefined> {
  const { matcher: names = [], quiet, contact } = options;
  if (names.length === 0) return undefined;
  const { voice } = around;
  const { openAsking } = await import('../matchers/index.js');
  const wanted = namedMatchers(names, around).map((matcher) => ({
    matcher,
    secrets: matcherSecrets(matcher, around.environment),
  }));
  const userAgent = userAgentOf(contact);
  return {
    algorithms(lists) {
      const held = lists.flatMap(({ columns }) => [...columns.keys()]);
      return [...new Set([...held, ...wanted.flatMap(({ matcher }) => matcher.uses)])] as AlgorithmName[];
    },
    async open(allow, again = false) {
      const services = await Promise.all(
        wanted.map(({ matcher, secrets }) => openMatcher(matcher, secrets, userAgent, around.signal)),
      );
      if (!quiet) for (const { matcher } of wanted) voice.say(`hashsieve: ${leavesFor(matcher)}`);
      return openAsking(services, {
        allow,
        again,
        onFailure: (name, why) =>
          voice.say(`hashsieve: matching service ${name}: ${why}`, { level: 'error', matcher: name }),
      });
    },
  };
}

/** The services of these names. Raises UsageError for a name that the configuration does not have. */
export function namedMatchers(
  names: readonly string[],
  { config }: Pick<Around, 'config'>,
): readonly ConfiguredMatcher[] {
  const known = configuredMatchers(config);
  return [...new Set(names)].map((name) => {
    const found = known.get(name);
    if (found) return found;
    const others = known.size === 0 ? 'it has none' : `it has ${[...known.keys()].join(', ')}`;
    throw new UsageError(
      `--matcher ${printable(name)}: the block "matchers" of the configuration has no such service (${others}); ` +
        'docs/matching-services.md tells how to write one',
    );
  });
}

/** What leaves for a service, in a sentence. */
export const leavesFor = (matcher: ConfiguredMatcher): string =>
  `matching service ${matcher.name} at ${new URL(matcher.url).host} gets fingerprints: ${sentTo(matcher)}; no picture leaves`;

/** Opens one service. It connects when it is first asked. */
export async function openMatcher(
  matcher: ConfiguredMatcher,
  secrets: Readonly<Record<string, string>>,
  userAgent: string,
  signal: AbortSignal,
): Promise<OpenedService> {
  const { createHash } = await import('node:crypto');
  const { matcherTypes, openService } = await import('../matchers/index.js');
  const { name, type, settings, url, allowPrivate, timeoutSeconds, connections, rate, looks } = matcher;
  const kind: MatcherType = matcherTypes[type];
  const service = openService({
    ...{ url, userAgent, allowPrivate, timeoutSeconds, connections, signal },
    ...(rate === undefined ? {} : { rate }),
  });
  const digest = createHash('sha256').update(JSON.stringify([type, url, settings]));
  return {
    ...{ name, type, looks, connections },
    ...(kind.supplier === undefined ? {} : { supplier: kind.supplier }),
    identity: `${name} ${digest.digest('hex').slice(0, 12)}`,
    matcher: kind.open(settings, secrets, service),
    keepNoMs: matcher.keepNoSeconds * 1000,
    close: () => service.close(),
  };
}

/** The named services as `--print-config` shows them, without secrets; undefined where none is named. */
export function showMatchers(
  { matcher = [] }: MatcherOptions,
  around: Pick<Around, 'config'>,
): Readonly<Record<string, unknown>> | undefined {
  if (matcher.length === 0) return undefined;
  return Object.fromEntries(namedMatchers(matcher, around).map((one) => [one.name, shownMatcher(one)]));
}
