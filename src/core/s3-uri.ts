/** An object of a bucket, or every object whose key begins with `key`. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key`, the key percent-encoded in UTF-8, its slashes and dots as they are. */
export const s3Uri = ({ bucket, key }: S3Place): string =>
  `s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** The place that a URI of ours names; undefined where it is none. Keys are not paths: `..` means nothing in them. */
export function s3Place(uri: string): S3Place | undefined {
  const parts = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:\/(.*))?$/is.exec(uri);
  if (!parts) return undefined;
  try {
    return { bucket: parts[1]!, key: decodeURIComponent(parts[2] ?? '') };
  } catch {
    return undefined;
  }
}
