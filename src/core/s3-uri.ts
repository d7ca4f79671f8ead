/** An object of a bucket, or all objects whose keys begin with `key`. */
export interface S3Place {
  readonly bucket: string;
  readonly key: string;
}

/** Writes `s3://bucket/key`; the key is percent-encoded UTF-8, with its slashes and dots as they are. */
export const s3Uri = ({ bucket, key }: S3Place): string =>
  `s3://${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;

/** Reads such a URI; undefined for any other text. Keys are not paths: `..` has no meaning in them. */
export function s3Place(uri: string): S3Place | undefined {
  const parts = /^s3:\/\/([A-Za-z0-9][A-Za-z0-9._-]{1,254})(?:\/(.*))?$/is.exec(uri);
  if (!parts) return undefined;
  try {
    return { bucket: parts[1]!, key: decodeURIComponent(parts[2] ?? '') };
  } catch {
    return undefined;
  }
}
