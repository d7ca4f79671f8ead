import { mergeContext } from './context/index.js';
import type { CaseFile, IpEvent, Uploader } from './types.js';

/**
 * Who uploaded a file, as the key of a group: by account; where there is none, by the address of the upload, then by
 * e-mail. Undefined where only a name is known, or nothing: on an image board a hundred people have one name.
 */
export function uploaderKey({ context }: CaseFile): string | undefined {
  const { uploader, uploadIp } = context;
  if (uploader?.id !== undefined) return `user:${uploader.id}`;
  if (uploadIp) return `ip:${uploadIp.ip}`;
  const ip = uploader?.ips?.length === 1 ? uploader.ips[0] : undefined;
  if (ip) return `ip:${ip.ip}`;
  const email = uploader?.emails?.[0];
  return email && `mail:${email.address.toLowerCase()}`;
}

/**
 * The account or person behind all files, with the addresses of the uploads among theirs. Undefined where that is not
 * known or not one. Raises UsageError where the context says contradicting things of one account.
 */
export function commonUploader(files: readonly CaseFile[]): Uploader | undefined {
  const keys = new Set(files.map((file) => uploaderKey(file) ?? file.event.id));
  if (keys.size > 1) return undefined;
  const told = files.flatMap(({ context }) => context.uploader ?? []);
  const ips = withUploads(
    told.flatMap((uploader) => uploader.ips ?? []),
    files,
  );
  const [first] = told;
  if (!first) return ips.length > 0 ? { ips } : undefined;
  const merge = first.id === undefined ? mergeNames : mergeContext<Uploader>;
  const whole = told.reduce((all, one) => merge(all, one, `account ${first.id ?? [...keys][0]}`));
  return ips.length > 0 ? { ...whole, ips } : whole;
}

/** Merges what is known of a person without an account: names may differ from upload to upload. */
function mergeNames(a: Uploader, b: Uploader, where: string): Uploader {
  const { screenName, ...rest } = b;
  if (screenName === undefined || a.screenName === undefined || a.screenName === screenName)
    return mergeContext(a, b, where);
  return mergeContext(a, { ...rest, displayNames: [screenName] }, where);
}

/** The addresses that a person used, and those of the uploads, each once. */
function withUploads(ips: readonly IpEvent[], files: readonly CaseFile[]): readonly IpEvent[] {
  const uploads = files.flatMap(({ context: { uploadIp, uploadedAt } }): readonly IpEvent[] => {
    if (!uploadIp) return [];
    const at = uploadIp.at ?? uploadedAt;
    return [{ ...uploadIp, event: uploadIp.event ?? 'Upload', ...(at === undefined ? {} : { at }) }];
  });
  const key = ({ ip, at, port, event }: IpEvent) => JSON.stringify([ip, at, port, event]);
  return [...new Map([...ips, ...uploads].map((event) => [key(event), event])).values()];
}
