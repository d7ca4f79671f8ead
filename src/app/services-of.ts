import type { MatcherOptions, WantedServices } from './matchers.js';
import type { Around } from './surroundings.js';

/** As `wantedServices`. A run without services, which most are, loads nothing for it. */
export async function servicesOf(
  options: MatcherOptions,
  around: Pick<Around, 'config' | 'environment' | 'voice' | 'signal'>,
): Promise<WantedServices | undefined> {
  if ((options.matcher ?? []).length === 0) return undefined;
  const { wantedServices } = await import('./matchers.js');
  return wantedServices(options, around);
}
