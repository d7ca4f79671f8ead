import { namedUri, UsageError } from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';

/** What is said of bytes that come from no place that could be asked again. */
export interface BytesOptions {
  /** Name of the upload, as whoever sent it gave it: any text. It becomes the address `memory:NAME`, percent-encoded. */
  readonly name?: string | undefined;
  /** Address in results and events instead, an absolute URI: where the upload will be found, such as `https:…`. Nothing is fetched from it. */
  readonly uri?: string | undefined;
  /** Address of the web page that shows the asset. */
  readonly page?: string | undefined;
  /** Ends the work: the results then end with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bytes as an asset. They stay where they are: nothing is copied or written, so they must not change until the last result is
 * there. Raises UsageError for what is no bytes, and for a `uri` that is no absolute URI.
 * @example
 * const reader = createReader();
 * for await (const answer of reader.fingerprint(assetOfBytes(body, { name: 'cat.jpg' }))) console.log(answer);
 */
export function assetOfBytes(bytes: Uint8Array | ArrayBuffer, options: BytesOptions): Asset {
  const given = bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes;
  if (!(given instanceof Uint8Array))
    throw new UsageError('bytes to scan are a Uint8Array (a Buffer is one) or an ArrayBuffer');
  const ref: AssetRef = {
    uri: options.uri === undefined ? namedUri('memory', options.name ?? 'bytes') : absoluteUri(options.uri),
    ...(options.page === undefined ? {} : { page: options.page }),
  };
  return { ref, bytes: given };
}

function absoluteUri(uri: string): string {
  if (!/^[a-z][a-z\d+.-]*:[!-~]+$/i.test(uri))
    throw new UsageError(
      'uri of bytes to scan: write an absolute URI (https://forum.example/1.jpg, upload:1) in ASCII without blanks, or give name instead',
    );
  return uri;
}
