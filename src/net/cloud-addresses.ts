import ipaddr from 'ipaddr.js';
import { ipv4At } from './embedded-ipv4.js';

/**
 * Addresses at which clouds tell a machine about itself: credentials, certificates, start-up scripts with secrets. Each
 * has the title of the page in the cloud's documentation that gives it. Most are link-local; Azure's is a public
 * address, Alibaba's is in shared address space, and those of IPv6 are unique-local, as addresses of private networks
 * are.
 */
const services = [
  // Azure, "What is IP address 168.63.129.16?": WireServer, which hands out certificates and settings of the machine.
  '168.63.129.16/32',
  // Amazon EC2, "Retrieve instance metadata"; Google, "View and query VM metadata"; Azure, "Azure Instance Metadata
  // Service"; Oracle, "Getting Instance Metadata"; DigitalOcean, "How to Access Droplet Metadata"; Hetzner, "Server
  // Metadata"; OpenStack, "Metadata service"; IBM, "About instance metadata"; Vultr, Exoscale, UpCloud, Akamai.
  '169.254.169.254/32',
  // Amazon ECS, "Amazon ECS task metadata endpoint"; "Task IAM role".
  '169.254.170.2/32',
  // Amazon EKS, "Set up the Amazon EKS Pod Identity Agent"; the same page has fd00:ec2::23.
  '169.254.170.23/32',
  // Tencent Cloud, "Viewing Instance Metadata": metadata.tencentyun.com.
  '169.254.0.23/32',
  // Scaleway, "Instance metadata" (api-metadata); the same service has fd00:42::42.
  '169.254.42.42/32',
  // Alibaba Cloud, "Overview of ECS instance metadata"; Elastic Container Instance, "Obtain metadata from a container".
  '100.100.100.200/32',
  // Oracle Compute Classic, "Retrieve Predefined Instance Metadata".
  '192.0.0.192/32',
  // Amazon: metadata (::254), Pod Identity (::23), DNS (::253) and time (::123) lie in one block of Amazon's own.
  'fd00:ec2::/32',
  // Google, "View and query VM metadata": machines with IPv6 alone.
  'fd20:ce::254/128',
  // Oracle, "Getting Instance Metadata", and the endpoint in Oracle's SDK for instance principals.
  'fd00:c1::a9fe:a9fe/128',
  // Scaleway.
  'fd00:42::42/128',
  // Akamai (Linode), "Use the Metadata service API"; the same page has fe80::a9fe:a9fe, as has OpenStack's.
  'fd00:a9fe:a9fe::1/128',
  'fe80::a9fe:a9fe/128',
  // Alibaba Cloud, as cloud-init's data source AliYun asks for it.
  'fd00:100::100:200/128',
].map((range) => ipaddr.parseCIDR(range));

/**
 * Host names of such services, which a cloud's resolver may resolve to any address: Google ("View and query VM
 * metadata"), Tencent ("Viewing Instance Metadata"), IBM ("About instance metadata"), Equinix Metal ("Metadata"), whose
 * address is public.
 */
const names = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata.tencentyun.com',
  'api.metadata.cloud.ibm.com',
  'metadata.platformequinix.com',
  'metadata.packet.net',
]);

/** True for a host name of a metadata service. */
export const isCloudServiceName = (hostname: string): boolean =>
  names.has(hostname.toLowerCase().replace(/\.+$/, ''));

/**
 * True for the address of a metadata service. The last 32 bits of an IPv6 address are also judged as an IPv4 address,
 * whatever precedes them: only a network itself knows the prefix of its NAT64 (RFC 6052, section 2.2).
 */
export function isCloudService(ip: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const isAmong = (one: ipaddr.IPv4 | ipaddr.IPv6) =>
    services.some(([base, bits]) => base.kind() === one.kind() && one.match(base, bits));
  return isAmong(ip) || (ip instanceof ipaddr.IPv6 && isAmong(ipv4At(ip, 6)));
}
