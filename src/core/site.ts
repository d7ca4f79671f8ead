/**
 * Decides what counts as one site, and which other hosts may be asked. Takes host names as `URL.hostname` writes them.
 */

const bare = (host: string) => host.replace(/^www\./, '').replace(/\.$/, '');

/** True for the same host name, with or without `www.`. */
export const isSameSite = (a: string, b: string): boolean => bare(a) === bare(b);

/** True for a host in the list: by its name, by `*.example.org` for hosts below it, or by `*`. */
export const isListed = (host: string, hosts: readonly string[]): boolean =>
  hosts.some((pattern) => {
    if (pattern === '*') return true;
    return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : isSameSite(pattern, host);
  });
