// Gathers the modules of dist/ into few files, dist/bundle/, because Node opens and links hundreds of small ones one by one:
// that took longer than hashing a small picture. They are CommonJS, which Node loads without waiting for anything: 6 %
// of a scan of one picture. The entries of dist/ then point there.
import { writeFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entries = ['cli/main', 'runners/worker', 'index'];

/**
 * What is needed together lies in one file: these modules with all that they import. Each holds what those above it do
 * not: the command line's first steps, what fingerprints and matches, what reads lists and directories, compiled lists, what the library offers
 * besides, what `scan` goes on to load.
 */
const groups = {
  base: ['cli/main', 'cli/commands/index'],
  decoding: ['scanner'],
  reading: ['lists/load', 'matching/compiled/magic', 'sources/index'],
  compiled: ['matching/compiled/open'],
  library: ['index'],
  scan: [
    'program',
    'commands/scan',
    'sources',
    'lists',
    'record',
    'run',
    'sinks',
    'watch',
    'progress',
    'summary-text',
  ].map((name) => `cli/${name}`),
};

/**
 * Packages that are taken in: docs/third-party.md has their licences. Of libsql only the compiled part is installed, and of
 * that the one for this machine: as its dependencies, npm would take those for both libraries of C (10 MB each).
 */
const inlined = ['commander', 'p-limit', 'yocto-queue', 'libsql', '@neon-rs/load', 'detect-libc'];

/** Modules that stay files of their own, loaded by `import()`: what they import cannot be required by every Node. */
const apart = ['html-images', 'css-images'];

/**
 * What a module finds beside itself, it goes on finding beside the file that it came from. What requires packages does without
 * `node:module`, which takes a millisecond to load: these files can.
 */
const ownPlace = {
  name: 'own-place',
  transform: (code, id) =>
    code
      .replaceAll('createRequire(import.meta.url)', 'require')
      .replace(/^import \{ createRequire \} from 'node:module';$/m, '')
      .replaceAll(
        'import.meta.url',
        `new URL(${JSON.stringify(`../${relative(dist, id)}`)}, import.meta.url).href`,
      ),
};

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `${dist}${name}.js`])),
  platform: 'node',
  external: (id) =>
    (!/^[./]/.test(id) && !inlined.includes(id)) || apart.some((name) => id.endsWith(`/${name}.js`)),
  plugins: [ownPlace],
  // Modules are imported where they are needed; that some of them lie in the same file is meant.
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: dist,
  format: 'cjs',
  comments: { jsdoc: false },
  entryFileNames: '[name].cjs',
  chunkFileNames: 'bundle/[name]-[hash].cjs',
  codeSplitting: {
    groups: Object.entries(groups).map(([name, modules], at, { length }) => ({
      name,
      priority: length - at,
      test: (id) => modules.some((module) => id === `${dist}${module}.js`),
    })),
  },
});
/**
 * A single character beyond Latin-1 makes Node hold a whole file in two bytes a character. They stand in texts and regular
 * expressions, where an escape says the same.
 */
const narrow = (code) =>
  code.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

for (const { name, isEntry, exports, fileName, code } of output) {
  writeFileSync(`${dist}${fileName}`, narrow(code));
  if (!isEntry) continue;
  const names = exports.length > 0 ? `export { ${exports.join(', ')} } from` : 'import';
  writeFileSync(`${dist}${name}.js`, `${names} './${basename(fileName)}';\n`);
}
