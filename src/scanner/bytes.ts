import { namedUri, UsageError } from '../core/index.js';
import type { Asset, AssetRef } from '../core/types.js';

/** What to call bytes that the program did not fetch itself. */
export interface BytesOptions {
  /** Name of the upload as its sender gave it: any text. It becomes the address `memory:NAME`, percent-encoded. */
  readonly name?: string | undefined;
  /**
   * Address for results and events instead, an absolute URI: where the upload will be found, such as `https:…`. The
   * scanner fetches nothing from it.
   */
  readonly uri?: string | undefined;
  /** Address of the web page that shows the asset. */
  readonly page?: string | undefined;
  /** Aborts the work: the results then end with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bytes as an asset. The scanner copies and writes nothing, so the bytes must not change before the last result is
 * there. Raises UsageError where `bytes` is no byte array, and where `uri` is no absolute URI.
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
