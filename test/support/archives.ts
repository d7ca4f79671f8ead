import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tempDir } from './cli.js';
import { type Program, programPath } from './programs.js';

/** Files to be packed, by their paths. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** Packs files with a program, in a folder that holds nothing else; `command` writes the file `out` beside them, or to its output. */
function packed(
  files: Files,
  program: Program,
  args: (names: readonly string[], out: string) => string[],
  { ext = '', input = '' } = {},
): Buffer {
  const folder = tempDir();
  const out = join(tempDir(), `out${ext}`);
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const given = args(Object.keys(files), out);
  const stdout = execFileSync(programPath(program), given, {
    cwd: folder,
    input,
    stdio: ['pipe', 'pipe', 'pipe'],
    maxBuffer: 1e9,
  });
  return given.includes(out) ? readFileSync(out) : stdout;
}

/** A maker of archives: what it needs, and what it makes of files. */
export interface Maker {
  readonly needs: Program;
  readonly make: (files: Files) => Buffer;
}
const maker = (
  needs: Program,
  args: (names: readonly string[], out: string) => string[],
  ext = '',
): Maker => ({
  needs,
  make: (files) => packed(files, needs, args, { ext }),
});

/** Every kind of archive of members that a program of Debian's makes. */
export const archiveMakers = {
  '7z, LZMA2': maker('7z', (names, out) => ['a', '-t7z', out, ...names], '.7z'),
  '7z, solid PPMd': maker('7z', (names, out) => ['a', '-t7z', '-m0=PPMd', '-ms=on', out, ...names], '.7z'),
  '7z, BCJ and Deflate': maker(
    '7z',
    (names, out) => ['a', '-t7z', '-m0=BCJ', '-m1=Deflate', out, ...names],
    '.7z',
  ),
  'disc, ISO 9660 with Rock Ridge and Joliet': maker('genisoimage', (_, out) => [
    '-quiet',
    '-R',
    '-J',
    '-o',
    out,
    '.',
  ]),
  'disc, UDF': maker('genisoimage', (_, out) => ['-quiet', '-udf', '-o', out, '.']),
  'disc of xorriso': maker('xorriso', (_, out) => ['-as', 'mkisofs', '-quiet', '-o', out, '.']),
  cabinet: maker('gcab', (names, out) => ['-c', out, ...names]),
  'cabinet, packed': maker('gcab', (names, out) => ['-c', '-z', out, ...names]),
  ...Object.fromEntries(
    (['bin', 'odc', 'newc', 'crc'] as const).map((format) => [
      `cpio, ${format}`,
      {
        needs: 'cpio',
        make: (files: Files) =>
          packed(files, 'cpio', () => ['-o', '--quiet', '-H', format], {
            input: Object.keys(files).join('\n'),
          }),
      } satisfies Maker,
    ]),
  ),
  ar: maker('bsdtar', (names, out) => ['-cf', out, '--format', 'ar', ...names]),
  xar: maker('bsdtar', (names, out) => ['-cf', out, '--format', 'xar', ...names]),
  lzh: maker('jlha', (names, out) => ['c', out, ...names], '.lzh'),
  arj: maker('arj', (names, out) => ['a', '-y', out, ...names], '.arj'),
  wim: maker('wimcapture', (_, out) => ['.', out]),
  'wim, LZMS in one piece': maker('wimcapture', (_, out) => ['.', out, '--compress=LZX:50']),
  squashfs: maker('mksquashfs', (_, out) => ['.', out, '-quiet', '-no-progress']),
  'squashfs, xz': maker('mksquashfs', (_, out) => ['.', out, '-quiet', '-no-progress', '-comp', 'xz']),
  'squashfs, zstd': maker('mksquashfs', (_, out) => ['.', out, '-quiet', '-no-progress', '-comp', 'zstd']),
} as Readonly<Record<string, Maker>>;

/** A package of Debian's with these files, the members of the archive in it packed as dpkg-deb's option says. */
export function deb(files: Files, ...options: readonly string[]): Buffer {
  const control = 'Package: a\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.example>\nDescription: a\n';
  return packed({ ...files, 'DEBIAN/control': Buffer.from(control) }, 'dpkg-deb', (_, out) => [
    ...options,
    '-b',
    '.',
    out,
  ]);
}

/** A package of Red Hat's with this one file, at `/a.jpg`, its payload packed as it says: `w9.gzdio`. */
export function rpm(bytes: Uint8Array, payload: string): Buffer {
  const folder = tempDir();
  writeFileSync(join(folder, 'a.jpg'), bytes);
  const spec = `Name: a\nVersion: 1\nRelease: 1\nSummary: a\nLicense: none\nBuildArch: noarch\n%description\na\n%install\nmkdir -p %{buildroot}\ncp ${folder}/a.jpg %{buildroot}/a.jpg\n%files\n/a.jpg\n`;
  writeFileSync(join(folder, 'a.spec'), spec);
  const defines = [`_topdir ${folder}`, `_binary_payload ${payload}`].flatMap((define) => [
    '--define',
    define,
  ]);
  execFileSync(programPath('rpmbuild'), ['-bb', '--quiet', ...defines, join(folder, 'a.spec')], {
    stdio: 'pipe',
  });
  const made = join(tempDir(), 'a.rpm');
  copyFileSync(join(folder, 'RPMS/noarch/a-1-1.noarch.rpm'), made);
  return readFileSync(made);
}

/** Every way to pack one file that a program of Debian's knows. */
export const packers = {
  xz: { needs: 'xz', args: ['-c'] },
  'xz, several blocks': { needs: 'xz', args: ['-c', '--block-size=4096'] },
  lzma: { needs: 'xz', args: ['-c', '--format=lzma'] },
  bzip2: { needs: 'bzip2', args: ['-c'] },
  zstd: { needs: 'zstd', args: ['-q', '-c'] },
  'zstd, ultra': { needs: 'zstd', args: ['-q', '-c', '--ultra', '-22', '--long=27'] },
  compress: { needs: 'compress', args: ['-cf'] },
  lz4: { needs: 'lz4', args: ['-q', '-c'] },
  'lz4, linked blocks': { needs: 'lz4', args: ['-q', '-c', '-B4', '-BD', '-9'] },
  'lz4, legacy': { needs: 'lz4', args: ['-q', '-c', '-l'] },
  lzip: { needs: 'lzip', args: ['-c'] },
} as const satisfies Readonly<Record<string, { needs: Program; args: readonly string[] }>>;

/** One file, packed. */
export const pack = (name: keyof typeof packers, bytes: Uint8Array): Buffer =>
  execFileSync(programPath(packers[name].needs), packers[name].args, {
    input: bytes,
    maxBuffer: 2e9,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
