const sector = 512;
const [end, free, fat] = [0xfffffffe, 0xffffffff, 0xfffffffd];

/** Streams by their paths, as `folder/name`. */
export type Streams = Readonly<Record<string, Uint8Array>>;

interface Entry {
  readonly name: string;
  readonly type: 1 | 2 | 5;
  readonly bytes: Uint8Array;
  child: number;
  right: number;
}

/** A compound file (MS-CFB, version 3) in which no stream is called small: all lie in sectors of their own. */
export function compound(streams: Streams): Buffer {
  const entries: Entry[] = [entry('Root Entry', 5)];
  const folders = new Map([['', 0]]);
  const add = (parent: number, one: Entry): number => {
    const at = entries.push(one) - 1;
    one.right = entries[parent]!.child;
    entries[parent]!.child = at;
    return at;
  };
  const folderOf = (path: string): number => {
    const known = folders.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf('/');
    const at = add(folderOf(path.slice(0, Math.max(0, cut))), entry(path.slice(cut + 1), 1));
    folders.set(path, at);
    return at;
  };
  for (const [path, bytes] of Object.entries(streams)) {
    const cut = path.lastIndexOf('/');
    add(folderOf(path.slice(0, Math.max(0, cut))), entry(path.slice(cut + 1), 2, bytes));
  }

  const sectorsOf = (length: number) => Math.ceil(length / sector);
  const used = entries.reduce(
    (sum, { bytes }) => sum + sectorsOf(bytes.length),
    sectorsOf(entries.length * 128),
  );
  let fats = 1;
  while ((used + fats) * 4 > fats * sector) fats += 1;
  const table = Buffer.alloc(fats * sector, 0xff);
  const body: Buffer[] = [];
  let at = fats;
  const put = (bytes: Uint8Array): number => {
    const count = sectorsOf(bytes.length);
    if (count === 0) return end;
    for (let n = 0; n < count; n++) table.writeUInt32LE(n === count - 1 ? end : at + n + 1, 4 * (at + n));
    body.push(Buffer.concat([bytes, Buffer.alloc(count * sector - bytes.length)]));
    at += count;
    return at - count;
  };
  for (let n = 0; n < fats; n++) table.writeUInt32LE(fat, 4 * n);
  const directory = Buffer.concat(entries.map((one) => recordOf(one, put(one.bytes))));
  const start = put(directory);

  const header = Buffer.alloc(sector, 0xff);
  header.fill(0, 0, 76);
  header.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1');
  header.set([0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0], 24);
  header.writeUInt32LE(fats, 44);
  header.writeUInt32LE(start, 48);
  header.writeUInt32LE(0, 56); // the length below which a stream is small
  header.writeUInt32LE(end, 60);
  header.writeUInt32LE(end, 68);
  for (let n = 0; n < fats; n++) header.writeUInt32LE(n, 76 + 4 * n);
  return Buffer.concat([header, table, ...body]);
}

const entry = (name: string, type: Entry['type'], bytes: Uint8Array = new Uint8Array()): Entry => ({
  name,
  type,
  bytes,
  child: free,
  right: free,
});

function recordOf({ name, type, bytes, child, right }: Entry, start: number): Buffer {
  const record = Buffer.alloc(128);
  record.write(name, 'utf16le');
  record.writeUInt16LE(2 * name.length + 2, 64);
  record.set([type, 1], 66);
  record.writeUInt32LE(free, 68);
  record.writeUInt32LE(right, 72);
  record.writeUInt32LE(child, 76);
  record.writeUInt32LE(start, 116);
  record.writeUInt32LE(bytes.length, 120);
  return record;
}
