import ipaddr from 'ipaddr.js';

type Ipv6 = ipaddr.IPv6;

/** The IPv4 address in the two 16-bit parts from `part` on, each XORed with `mask`. */
export const ipv4At = ({ parts }: Ipv6, part: number, mask = 0): ipaddr.IPv4 =>
  ipv4Of(parts[part]! ^ mask, parts[part + 1]! ^ mask);

const ipv4Of = (high: number, low: number) => new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);

const begins = ({ parts }: Ipv6, ...start: readonly number[]) =>
  start.every((part, at) => parts[at] === part);

/** The forms in which an IPv6 address contains IPv4 addresses, and where. */
const forms: readonly {
  readonly holds: (ip: Ipv6) => boolean;
  readonly ipv4: (ip: Ipv6) => readonly ipaddr.IPv4[];
}[] = [
  // IPv4-mapped and IPv4-compatible (RFC 4291, sections 2.5.5.1 and 2.5.5.2); :: and ::1 are addresses of their own.
  { holds: (ip) => begins(ip, 0, 0, 0, 0, 0, 0xffff), ipv4: (ip) => [ipv4At(ip, 6)] },
  {
    holds: (ip) => begins(ip, 0, 0, 0, 0, 0, 0) && (ip.parts[6] !== 0 || ip.parts[7]! > 1),
    ipv4: (ip) => [ipv4At(ip, 6)],
  },
  // IPv4-translated (RFC 2765, section 2.1).
  { holds: (ip) => begins(ip, 0, 0, 0, 0, 0xffff, 0), ipv4: (ip) => [ipv4At(ip, 6)] },
  // NAT64: the well-known prefix (RFC 6052), and that for local use (RFC 8215), which may be used with 96 or 48 bits.
  { holds: (ip) => begins(ip, 0x64, 0xff9b, 0, 0, 0, 0), ipv4: (ip) => [ipv4At(ip, 6)] },
  {
    holds: (ip) => begins(ip, 0x64, 0xff9b, 1),
    ipv4: (ip) => {
      const [, , , high, middle, low] = ip.parts as [number, number, number, number, number, number];
      return [ipv4At(ip, 6), ipv4Of(high, ((middle & 0xff) << 8) | (low >> 8))];
    },
  },
  // 6to4 (RFC 3056).
  { holds: (ip) => begins(ip, 0x2002), ipv4: (ip) => [ipv4At(ip, 1)] },
  // Teredo (RFC 4380): the server's address, and the client's with every bit inverted.
  { holds: (ip) => begins(ip, 0x2001, 0), ipv4: (ip) => [ipv4At(ip, 2), ipv4At(ip, 6, 0xffff)] },
  // ISATAP (RFC 5214, section 6.1), below any prefix: …:0:5efe:a.b.c.d, or 200 instead of 0 where the IPv4 address is
  // public.
  {
    holds: ({ parts }) => (parts[4]! & 0xfdff) === 0 && parts[5] === 0x5efe,
    ipv4: (ip) => [ipv4At(ip, 6)],
  },
];

/** Every IPv4 address that an IPv6 address passes to a tunnel, a gateway or the system's own IPv4; empty for most. */
export const embeddedIpv4 = (ip: Ipv6): ipaddr.IPv4[] =>
  forms.filter(({ holds }) => holds(ip)).flatMap(({ ipv4 }) => ipv4(ip));
