import { readTime, UsageError } from '../../core/index.js';
import type { AssetContext, IpEvent, Uploader } from '../types.js';

/** Converts a time to UTC. `place` is where the context has it, for messages. */
type ToUtc = (text: string, place: string) => string;

const ipEvent = (event: IpEvent, place: string, utc: ToUtc): IpEvent =>
  event.at === undefined ? event : { ...event, at: utc(event.at, `${place} at`) };

const uploader = (account: Uploader, utc: ToUtc): Uploader => ({
  ...account,
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
 * The same context with every time in UTC, apart from those in `ncmec`, which are converted when the report is written.
 * `zone` applies to times that name none. Raises UsageError, which names `where` and the first time that it cannot
 * read.
 */
export function contextInUtc(context: AssetContext, zone: string | undefined, where: string): AssetContext {
  const utc: ToUtc = (text, place) => {
    const time = readTime(text, zone);
    if (!time.ok) throw new UsageError(`${where}: ${place} ${time.problem}`);
    return time.utc;
  };
  const { review } = context;
  return {
    ...context,
    ...(context.uploadedAt && { uploadedAt: utc(context.uploadedAt, 'uploadedAt') }),
    ...(context.removedAt && { removedAt: utc(context.removedAt, 'removedAt') }),
    ...(review && { review: { ...review, at: utc(review.at, 'review at') } }),
    ...(context.uploadIp && { uploadIp: ipEvent(context.uploadIp, 'uploadIp', utc) }),
    ...(context.uploader && { uploader: uploader(context.uploader, utc) }),
  };
}
