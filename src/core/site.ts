/** What counts as one site, and which others may be visited. Host names as `URL.hostname` has them. */

const bare = (host: string) => host.replace(/^www\./, '').replace(/\.$/, '');

/** True for the same host name, with or without `www.`. */
export const isSameSite = (a: string, b: string): boolean => bare(a) === bare(b);

/** True for a host that a list names: itself, below `*.example.org`, or by `*`. */
export const isListed = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : isSameSite(pattern, host);
  });
