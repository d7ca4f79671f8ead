import { readTime, UsageError } from '../../core/index.js';
import type { AssetContext, IpEvent, Uploader } from '../types.js';
import { plainIp, withoutCredentials } from '../xml/index.js';

/** Converts a time to UTC. `place` is where the context has it, for messages. */
type ToUtc = (text: string, place: string) => string;

const ipEvent = (event: IpEvent, place: string, utc: ToUtc): IpEvent => ({
  ...event,
  ip: plainIp(event.ip) ?? event.ip,
  ...(event.at === undefined ? {} : { at: utc(event.at, `${place} at`) }),
});

const uploader = (account: Uploader, utc: ToUtc): Uploader => ({
  ...account,
  ...(account.profileUrls && { profileUrls: account.profileUrls.map(withoutCredentials) }),
  ...(account.disabledAt && { disabledAt: utc(account.disabledAt, 'uploader disabledAt') }),
  ...(account.ips && { ips: account.ips.map((ip) => ipEvent(ip, `uploader ${ip.ip}`, utc)) }),
  ...(account.emails && {
    emails: account.emails.map((email) =>
      email.verifiedAt === undefined
        ? email
        : { ...email, verifiedAt: utc(email.verifiedAt, 'uploader email verifiedAt') },
    ),
  }),
  ...(account.devices && {
    devices: account.devices.map((device) =>
      device.at === undefined ? device : { ...device, at: utc(device.at, 'uploader device at') },
    ),
  }),
});

/**
 * The same context in the form in which reports use it: times in UTC, IP addresses without zones, web addresses without
 * user names and passwords. What stands in `ncmec` is converted when the report is written. `zone` applies to times that
 * name none. Raises UsageError, which names `where` and the first time that it cannot read or that lies after `now`.
 */
export function plainContext(
  context: AssetContext,
  { zone, now }: { readonly zone?: string; readonly now: number },
  where: string,
): AssetContext {
  const utc: ToUtc = (text, place) => {
    const time = readTime(text, zone);
    if (!time.ok) throw new UsageError(`${where}: ${place} ${time.problem}`);
    if (Date.parse(time.utc) > now)
      throw new UsageError(`${where}: ${place} lies in the future: ${time.utc}`);
    return time.utc;
  };
  const { review } = context;
  return {
    ...context,
    ...(context.url && { url: withoutCredentials(context.url) }),
    ...(context.hostIp && { hostIp: plainIp(context.hostIp) ?? context.hostIp }),
    ...(context.uploadedAt && { uploadedAt: utc(context.uploadedAt, 'uploadedAt') }),
    ...(context.removedAt && { removedAt: utc(context.removedAt, 'removedAt') }),
    ...(review && { review: { ...review, at: utc(review.at, 'review at') } }),
    ...(context.uploadIp && { uploadIp: ipEvent(context.uploadIp, 'uploadIp', utc) }),
    ...(context.uploader && { uploader: uploader(context.uploader, utc) }),
  };
}
