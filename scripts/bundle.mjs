// Gathers the modules of dist/ into few files, dist/bundle/, because Node opens and links hundreds of small ones one by one:
// that took longer than hashing a small picture. The entries of dist/ then only point there.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entries = ['cli/main', 'runners/worker', 'index'];

/** What a module finds beside itself, it goes on finding beside the file that it came from. */
const ownPlace = {
  name: 'own-place',
  transform: (code, id) =>
    code.replaceAll(
      'import.meta.url',
      `new URL(${JSON.stringify(`../${relative(dist, id)}`)}, import.meta.url).href`,
    ),
};

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name.replace('/', '-'), `${dist}${name}.js`])),
  platform: 'node',
  external: (id) => !/^[./]/.test(id),
  plugins: [ownPlace],
});
await bundle.write({
  dir: `${dist}bundle`,
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
for (const name of entries) {
  const up = name.includes('/') ? '..' : '.';
  writeFileSync(`${dist}${name}.js`, `export * from '${up}/bundle/${name.replace('/', '-')}.js';\n`);
}
