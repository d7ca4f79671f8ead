/** A cpio file of members (`newc`), as its manual says. */
export function cpio(
  members: readonly { readonly name: string; readonly bytes?: Uint8Array; readonly mode?: number }[],
): Buffer {
  const end = { name: 'TRAILER!!!', mode: 0 };
  return Buffer.concat(
    [...members, end].flatMap(({ name, mode = 0o100644, ...rest }, at) => {
      const bytes = 'bytes' in rest && rest.bytes ? rest.bytes : new Uint8Array();
      const path = Buffer.from(`${name}\0`, 'latin1');
      const fields = [at + 1, mode, 0, 0, 1, 0, bytes.length, 0, 0, 0, 0, path.length, 0];
      const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
      return [padded(Buffer.concat([Buffer.from(head), path])), padded(Buffer.from(bytes))];
    }),
  );
}

const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
