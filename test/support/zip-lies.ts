import { type Around, endFields, headerFields, type Member, zip } from './zip.js';

/** A whole number below a limit, at random. */
export type Random = (limit: number) => number;

const oneOf = <T>(random: Random, choices: readonly T[]): T => choices[random(choices.length)]!;

/** Bytes unlike all others: text that packs well, or noise. */
function content(random: Random, number: number): Buffer {
  const length = 1 + random(oneOf(random, [20, 300, 5000]));
  const isNoise = random(2) === 0;
  return Buffer.from([
    ...Buffer.from(`${number}:`),
    ...Array.from({ length }, () => (isNoise ? random(256) : 65 + random(4))),
  ]);
}

/** Bytes that hold beginnings of members, which may be taken for such. */
function trap(random: Random, number: number): Buffer {
  const inner = zip([{ name: `inner${number}`, bytes: content(random, number), method: 8 * random(2) }]);
  const start = content(random, number);
  const around: Around = { prefix: start, ...(random(2) === 0 && { after: content(random, number) }) };
  return oneOf(random, [
    () => inner,
    () => zip([{ name: `deep${number}`, bytes: content(random, number) }], around),
    () => inner.subarray(0, inner.lastIndexOf('PK\x01\x02', undefined, 'latin1')),
    () =>
      Buffer.concat([
        start,
        zip([{ name: 'x', bytes: start, method: 0, descriptor: 'signed' }]).subarray(31 + start.length),
      ]),
  ])();
}

/** A reader of streams cannot tell where stored bytes end that have no signature behind them. */
const descriptors = {
  0: [undefined, undefined, 'signed', 'wide'],
  8: [undefined, 'signed', 'plain', 'wide'],
} as const;

function member(random: Random, number: number): Member {
  const method = oneOf(random, [0, 8] as const);
  const descriptor = oneOf(random, descriptors[method]);
  return {
    name: random(12) === 0 ? 'same' : `n${number}${random(8) === 0 ? '/m' : ''}`,
    bytes: random(4) === 0 ? trap(random, number) : content(random, number),
    method,
    ...(descriptor && { descriptor }),
  };
}

/** A zip file without a fault, of up to five members. */
export function honestZip(random: Random): Buffer {
  const members = Array.from({ length: 1 + random(5) }, (_, number) => member(random, number));
  return zip(members, {
    ...(random(4) === 0 && { comment: 'a comment' }),
    ...(random(6) === 0 && { zip64: {} }),
  });
}

/** What the writer of a zip file may do wrong on purpose: hide members, name them twice, add records. */
export function lyingZip(random: Random): Buffer {
  const members = Array.from({ length: 1 + random(4) }, (_, number): Member => {
    const plain = member(random, number);
    const said = {
      flags: random(16),
      method: oneOf(random, [0, 8, 9, 14]),
      size: random(3000),
      packed: random(3000),
      crc: random(1e9),
      name: 'other',
    };
    const lie = () => {
      const field = oneOf(random, Object.keys(said) as (keyof typeof said)[]);
      return { [field]: said[field] };
    };
    return {
      ...plain,
      ...(random(5) === 0 && { isHidden: true }),
      ...(random(6) === 0 && { local: lie() }),
      ...(random(6) === 0 && { entry: lie() }),
      ...(random(8) === 0 && number > 0 && { same: random(number) }),
      ...(random(8) === 0 && {
        before: oneOf(random, [Buffer.alloc(20), content(random, 90 + number), trap(random, 80 + number)]),
      }),
      ...(random(10) === 0 && { packedAs: trap(random, 70 + number) }),
    };
  });
  const extra = () => (random(5) === 0 ? trap(random, 60) : undefined);
  const parts = {
    prefix: extra(),
    comment: extra(),
    beforeDirectory: extra(),
    beforeEnd: extra(),
    after: extra(),
  };
  const given = Object.fromEntries(Object.entries(parts).filter(([, bytes]) => bytes));
  const field = oneOf(random, Object.keys(endFields));
  return zip(members, {
    ...given,
    ...(random(4) === 0 && { end: { [field]: random(oneOf(random, [3, 300, 65536])) } }),
    ...(random(8) === 0 && {
      zip64: { [oneOf(random, ['count', 'size', 'offset', 'at'])]: random(oneOf(random, [3, 3000])) },
    }),
  });
}

const records = {
  'PK\x03\x04': [headerFields, 0],
  'PK\x01\x02': [headerFields, 2],
  'PK\x05\x06': [endFields, 0],
} as const;

/** The same zip file with one field of one record changed: what was changed, and the bytes. */
export function changed(zipped: Buffer, random: Random): { readonly what: string; readonly bytes: Buffer } {
  const bytes = Buffer.from(zipped);
  const signature = oneOf(random, Object.keys(records) as (keyof typeof records)[]);
  const places: number[] = [];
  for (
    let at = bytes.indexOf(signature, 0, 'latin1');
    at >= 0;
    at = bytes.indexOf(signature, at + 4, 'latin1')
  )
    places.push(at);
  const [fields, shift] = records[signature];
  const all = { ...fields, ...(signature === 'PK\x01\x02' && { disk: [32, 2], offset: [40, 4] }) } as Record<
    string,
    readonly [number, number]
  >;
  if (places.length === 0) return { what: 'nothing', bytes };
  const field = oneOf(random, Object.keys(all));
  const [start, length] = all[field]!;
  const at = oneOf(random, places) + start + shift;
  if (at + length > bytes.length) return { what: 'nothing', bytes };
  const old = bytes.readUIntLE(at, length);
  const value = oneOf(random, [
    0,
    1,
    old + 1,
    old - 1,
    old ^ (1 << random(16)),
    random(bytes.length),
    2 ** (8 * length) - 1,
  ]);
  bytes.writeUIntLE(((value % 2 ** (8 * length)) + 2 ** (8 * length)) % 2 ** (8 * length), at, length);
  return { what: `${field} of ${JSON.stringify(signature.slice(2))} from ${old} to ${value}`, bytes };
}
