import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, programPath } from './programs.js';

/** Takes out one member after the other, whatever is wrong with others. */
const python = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    for i, member in enumerate(z.infolist()):
        try: data = z.read(member)
        except Exception: continue
        with open('%s/%d' % (sys.argv[2], i), 'wb') as f: f.write(data)
`;

/** Programs that take out what is in a zip file: how they are called, and whether they read it from standard input. */
export const readers = {
  '7z': {
    program: '7z',
    args: (file: string, into: string) => ['x', '-y', '-aou', '-pnone', `-o${into}`, file],
  },
  bsdtar: { program: 'bsdtar', args: (file: string, into: string) => ['-xf', file, '-C', into] },
  'bsdtar, as a stream': {
    program: 'bsdtar',
    args: (_: string, into: string) => ['-xf', '-', '-C', into],
    isStream: true,
  },
  unzip: { program: 'unzip', args: (file: string, into: string) => ['-oqq', '-P', 'none', file, '-d', into] },
  python: { program: 'python3', args: (file: string, into: string) => ['-c', python, file, into] },
} as const satisfies Record<
  string,
  { program: Program; args: (file: string, into: string) => string[]; isStream?: boolean }
>;
export type ReaderName = keyof typeof readers;

export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Digests of all files that are not empty, and that this program takes out of these bytes. */
export function takenOut(name: ReaderName, bytes: Uint8Array): Set<string> {
  const dir = mkdtempSync(join(tmpdir(), 'zip-'));
  const [file, into] = [join(dir, 'x.zip'), mkdtempSync(join(dir, 'out-'))];
  try {
    writeFileSync(file, bytes);
    const { program, args, ...reader } = readers[name];
    const input = 'isStream' in reader ? { input: bytes } : { stdio: 'ignore' as const };
    spawnSync(programPath(program), args(file, into), { cwd: into, timeout: 20_000, ...input });
    const found = new Set<string>();
    for (const path of filesIn(Buffer.from(into))) found.add(digestOf(readFileSync(path)));
    return found;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Files that are not empty; names may be any bytes. */
function* filesIn(dir: Buffer): Generator<Buffer> {
  for (const name of readdirSync(dir, 'buffer')) {
    const path = Buffer.concat([dir, Buffer.from('/'), name]);
    const status = lstatSync(path);
    if (status.isDirectory()) yield* filesIn(path);
    else if (status.isFile() && status.size > 0) yield path;
  }
}
