import type { LiveLists } from './serve-lists.js';

/** Why the lists in use are not good enough, a reason each. @param maxAge seconds @param now milliseconds since 1970 */
export function checkLists(
  { facts, isHalfRead }: Pick<LiveLists, 'facts' | 'isHalfRead'>,
  maxAge: number | undefined,
  now: number,
): string[] {
  const isOld =
    maxAge !== undefined &&
    facts.some(({ updatedAt }) => updatedAt !== undefined && (now - updatedAt.getTime()) / 1000 > maxAge);
  return [
    ...(isOld ? ['a list is older than --max-list-age allows'] : []),
    ...(isHalfRead ? ['too many lines of a list could not be read'] : []),
  ];
}
