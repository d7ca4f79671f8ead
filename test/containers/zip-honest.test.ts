import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Budget } from '../../src/containers/budget.js';
import { insideDefaults } from '../../src/containers/index.js';
import { zipMembers } from '../../src/containers/zip.js';
import type { ByteStore } from '../../src/core/types.js';
import { tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { endsInside } from '../support/inside.js';
import { itWith, type Program, programPath } from '../support/programs.js';
import { type Member, zip } from '../support/zip.js';

/** Zip files that nobody made to deceive are never called damaged, whatever wrote them. */

let dir: string;
let png: Buffer;
beforeAll(async () => {
  dir = tempDir();
  png = await draw(1).png().toBuffer();
  mkdirSync(join(dir, 'd/e'), { recursive: true });
  writeFileSync(join(dir, 'd/a.png'), png);
  writeFileSync(join(dir, 'd/e/b.txt'), 'text '.repeat(5000));
  writeFileSync(join(dir, 'd/empty'), '');
});

const python = (code: string) => `python3 -c "
import sys, zipfile
class Pipe:
    def write(self, data): return sys.stdout.buffer.write(data)
    def flush(self): sys.stdout.buffer.flush()
z = zipfile.ZipFile(${code})
z.write('d/a.png'); z.write('d/e/b.txt'); z.write('d/e')
with z.open('streamed', 'w', force_zip64=True) as f: f.write(b'x' * 5000)
z.close()"`;
/** Each writes x.zip of the folder d. */
const commands: readonly (readonly [program: Program, command: string])[] = [
  ['zip', 'zip -qr x.zip d'],
  ['zip', 'zip -qr - d | cat > x.zip'],
  ['zip', 'zip -q0r - d | cat > x.zip'],
  ['zip', 'zip -qr x.zip d/e && cat d/a.png | zip -q x.zip -'],
  ['zip', 'cat d/a.png | zip -q - - | cat > x.zip'],
  ['zip', 'zip -qr -fz x.zip d'],
  ['zip', 'zip -qr x.zip d && echo a comment | zip -qz x.zip'],
  ['zip', 'zip -qr x.zip d && zip -qd x.zip d/e/b.txt && zip -qg x.zip d/e/b.txt'],
  ['zip', 'zip -qr y.zip d && (head -c 5000 d/e/b.txt; cat y.zip) > x.zip'],
  ['zip', 'zip -qr y.zip d && (head -c 5000 d/e/b.txt; cat y.zip) > x.zip && zip -qA x.zip'],
  ['7z', '7z a -tzip x.zip d'],
  ['7z', '7z a -tzip -mx0 x.zip d'],
  ['7z', '7z a -tzip -so y d > x.zip'],
  ['bsdtar', 'bsdtar -a -cf x.zip d'],
  ['bsdtar', 'bsdtar --format zip -cf - d | cat > x.zip'],
  ['bsdtar', 'bsdtar --format zip --options zip:compression=store -cf - d | cat > x.zip'],
  ['bsdtar', 'bsdtar --format zip --options zip:zip64 -cf x.zip d'],
  ['python3', python("'x.zip', 'w', 8")],
  ['python3', `${python("Pipe(), 'w', 8")} > x.zip`],
  ['python3', `${python("Pipe(), 'w', 0")} > x.zip`],
];

describe('a zip file by a common tool is whole', () => {
  for (const [program, command] of commands)
    itWith([program, 'bash', 'cat'], command.split('\n')[0]!, async () => {
      execFileSync(programPath('bash'), ['-c', `rm -f x.zip y.zip; ${command}`], {
        cwd: dir,
        stdio: 'ignore',
      });
      const ends = Object.values(await endsInside('x.zip', readFileSync(join(dir, 'x.zip'))));
      expect(ends).toContain('clear');
      expect(ends.join()).not.toMatch(/damaged/);
    });
});

const u64 = (number: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(number));
  return bytes;
};
/** As `apksigner` writes it. */
const signingBlock = (content: Buffer) =>
  Buffer.concat([
    u64(content.length + 24),
    content,
    u64(content.length + 24),
    Buffer.from('APK Sig Block 42'),
  ]);
/** As zipflinger fills gaps. */
const virtualEntry = (length: number) => {
  const bytes = Buffer.alloc(30 + length);
  bytes.write('PK\x03\x04', 'latin1');
  bytes.writeUInt16LE(length, 28);
  return bytes;
};

describe('a zip file is whole', () => {
  const picture = (): Member => ({ name: 'a.png', bytes: png });
  const rows: readonly (readonly [string, () => Buffer])[] = [
    ['of nothing', () => zip([])],
    [
      'with zeros between members and behind all',
      () => zip([picture(), { ...picture(), before: Buffer.alloc(100) }], { after: Buffer.alloc(512) }),
    ],
    ['that zipalign aligned', () => zip([{ ...picture(), method: 0, local: { extra: Buffer.alloc(3) } }])],
    ['with gaps that Android fills', () => zip([picture(), { ...picture(), before: virtualEntry(70) }])],
    [
      'that Android signed',
      () =>
        zip([picture()], {
          beforeDirectory: Buffer.concat([Buffer.alloc(60), signingBlock(Buffer.alloc(4000, 'pair'))]),
        }),
    ],
    [
      'with a digital signature',
      () => zip([picture()], { beforeEnd: Buffer.from('PK\x05\x05\x04\0sign', 'latin1') }),
    ],
    ['that was to be split', () => zip([picture()], { prefix: Buffer.from('PK00') })],
    ['with zip64 records and small numbers', () => zip([picture()], { zip64: {} })],
    [
      'with zip64 records and numbers only there',
      () =>
        zip([picture()], {
          zip64: {},
          end: { count: 0xffff, countHere: 0xffff, size: 0xffffffff, offset: 0xffffffff },
        }),
    ],
    [
      'with descriptors of every form',
      () => zip((['signed', 'plain', 'wide'] as const).map((descriptor) => ({ ...picture(), descriptor }))),
    ],
    [
      'with descriptors and a mark in the first member, as `jar` writes it',
      () =>
        zip([
          { name: 'META-INF/', method: 0, local: { extra: Buffer.from('\xfe\xca\0\0', 'latin1') } },
          {
            name: 'META-INF/MANIFEST.MF',
            bytes: Buffer.from('Manifest-Version: 1.0\r\n'),
            descriptor: 'signed',
          },
          { ...picture(), descriptor: 'signed' },
        ]),
    ],
    [
      'with stored bytes and descriptors, as Go writes it',
      () =>
        zip([
          { ...picture(), method: 0, descriptor: 'signed' },
          {
            name: 'x.zip',
            bytes: zip([{ ...picture(), method: 0, descriptor: 'signed' }]),
            method: 0,
            descriptor: 'signed',
          },
        ]),
    ],
    [
      'with zip files in it, one behind the other',
      () =>
        zip([
          { name: 'a.zip', bytes: zip([picture()]), method: 0 },
          { name: 'b.zip', bytes: zip([picture()]), method: 0 },
        ]),
    ],
    [
      'with stored bytes that hold what ends a member for whoever reads it as a stream',
      () => {
        const open = { name: 'x', method: 0, descriptor: 'signed' } as const;
        const head = Buffer.from('text');
        const within = Buffer.concat([head, zip([{ ...open, bytes: head }]).subarray(31 + head.length), png]);
        return zip([
          { ...open, bytes: within },
          { ...picture(), ...open, name: 'b.png' },
        ]);
      },
    ],
    [
      'of 70,000 members, counted with 16 bits',
      () =>
        zip(
          Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}/`, method: 0 })),
          { end: { count: 4464, countHere: 4464 } },
        ),
    ],
  ];
  it.each(rows)('%s', async (_, make) => {
    expect(Object.values(await endsInside('x.zip', make())).join()).not.toMatch(/damaged|limit/);
  });

  it('of more than 4 GB, written as by one that knows no zip64', async () => {
    const gap = 2 ** 32;
    const small = zip([
      { name: 'large', bytes: Buffer.alloc(100), method: 0, descriptor: 'signed' },
      picture(),
    ]);
    const from = 35;
    // The large member is zeros of which nobody keeps 4 GB.
    const store: ByteStore = {
      size: small.length + gap,
      read: async (at, length) => {
        const bytes = Buffer.alloc(Math.max(0, Math.min(length, small.length + gap - at)));
        for (let i = 0; i < bytes.length; i++) {
          const place = at + i < from ? at + i : at + i - gap;
          if (place < from && at + i >= from) continue;
          bytes[i] = small[place]!;
        }
        return bytes;
      },
      close: async () => {},
    };
    const limits = { ...insideDefaults, maxBytes: 5e6, maxPixels: 1e6, timeoutSeconds: 60, seconds: 600 };
    const found: Record<string, unknown> = {};
    for await (const { member, bytes, unread } of zipMembers(store, Budget.of(limits, store.size)))
      found[member!] = unread ? (unread as { code?: string }).code : bytes!.length;
    expect(found).toEqual({ large: 'too-large', 'a.png': png.length });
  });
});
