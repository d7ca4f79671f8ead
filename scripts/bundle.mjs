// Gathers the modules of dist/ into few files, dist/bundle/, because Node opens and links hundreds of small ones one by one:
// that took longer than hashing a small picture. They are CommonJS, which Node loads without waiting for anything: 6 %
// of a scan of one picture. The entries of dist/ then point there.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const entries = ['cli/main', 'scanner/worker', 'index'];

/**
 * What is needed together lies in one file: these modules with all that they import. Each holds what those above it do
 * not: the command line's first steps, what fingerprints and matches, what reads lists and directories, compiled lists, what `scan` goes on
 * to load. What the library offers besides is in no group: it reaches every command, and whatever a scan loads of a group, it
 * loads whole.
 */
const groups = {
  base: ['cli/main', 'cli/commands/index'],
  decoding: ['scanner/scanner'],
  reading: ['lists/load', 'matching/compiled/magic', 'sources/index'],
  compiled: ['matching/compiled/open'],
  scan: ['cli/program', 'cli/commands/scan', 'app/scan', 'cli/progress', 'app/summary-text'],
};

/**
 * Packages that are taken in: docs/third-party.md has their licences. Of libsql only the compiled part is installed, and of
 * that the one for this machine: as its dependencies, npm would take those for both libraries of C (10 MB each).
 */
const inlined = ['commander', 'p-limit', 'yocto-queue', 'libsql', '@neon-rs/load', 'detect-libc'];

/** Modules that stay files of their own, loaded by `import()`: what they import cannot be required by every Node. */
const apart = ['html-images', 'css-images', 'html-attributes', 'json-ld'];

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

/** Where the names that a door of a room (`index.js`) only hands on come from: name → file and the name there. */
const handedOn = new Map();
function originsOf(door) {
  const known = handedOn.get(door);
  if (known) return known;
  const origins = new Map();
  handedOn.set(door, origins);
  if (!door.endsWith('/index.js') || !existsSync(door)) return origins;
  for (const [, names, from] of readFileSync(door, 'utf8').matchAll(
    /^export \{([^}]*)\} from '(\.[^']+)';$/gm,
  ))
    for (const { own, as } of namesOf(names, ' as '))
      origins.set(as, { file: resolve(dirname(door), from), own });
  return origins;
}
const namesOf = (text, word) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => part.split(word).map((name) => name.trim()))
    .map(([own, as = own]) => ({ own, as }));

/** Splits names that are imported through a door by the files that hold them. */
function byFile(id, from, names, word) {
  const door = resolve(dirname(id), from);
  const origins = originsOf(door);
  const files = new Map();
  for (const { own, as } of namesOf(names, word)) {
    let origin = { file: door, own };
    for (let next = origins.get(own); next; next = originsOf(next.file).get(next.own)) origin = next;
    const parts = files.get(origin.file) ?? [];
    parts.push(origin.own === as ? as : `${origin.own}${word}${as}`);
    files.set(origin.file, parts);
  }
  return [...files].map(([file, parts]) => {
    const path = relative(dirname(id), file);
    return { list: `{ ${parts.join(', ')} }`, path: path.startsWith('.') ? path : `./${path}` };
  });
}

/** A door hands on nothing any more: a chunk that holds its registry would hold all the rest of the room with it. */
const withoutHandedOn = (code, id) =>
  id.endsWith('/index.js') && id !== `${dist}index.js`
    ? code.replaceAll(/^export \{[^}]*\} from '\.[^']*';$/gm, '')
    : code;

/**
 * Other rooms are entered by their doors (ARCHITECTURE.md), which name much that a command does not need. What is imported
 * through one is imported here from the file that holds it, so that nothing else is loaded with it.
 */
const throughDoors = {
  name: 'through-doors',
  transform: (code, id) => checked(id, code),
};

/** Raises where a door is imported whole: what it hands on would not be there. */
function checked(id, code) {
  for (const [, from] of code.matchAll(/(?:const|let) \w+ = await import\('(\.[^']*\/index\.js)'\)/g))
    if (originsOf(resolve(dirname(id), from)).size > 0)
      throw new Error(`${relative(dist, id)}: name what it takes: const { name } = await import('${from}')`);
  return byFiles(code, id);
}

const byFiles = (code, id) =>
  withoutHandedOn(code, id)
    .replaceAll(/^(import|export) \{([^}]*)\} from '(\.[^']*\/index\.js)';$/gm, (_, verb, names, from) =>
      byFile(id, from, names, ' as ')
        .map(({ list, path }) => `${verb} ${list} from '${path}';`)
        .join(' '),
    )
    .replaceAll(/const \{([^}]*)\} = await import\('(\.[^']*\/index\.js)'\);/g, (_, names, from) =>
      byFile(id, from, names, ': ')
        .map(({ list, path }) => `const ${list} = await import('${path}');`)
        .join(' '),
    )
    .replaceAll(/\(await import\('(\.[^']*\/index\.js)'\)\)\.(\w+)/g, (_, from, name) => {
      const [{ path }] = byFile(id, from, name, ': ');
      return `(await import('${path}')).${name}`;
    })
    .replaceAll(
      /import\('(\.[^']*\/index\.js)'\)(\s*)\.then\(\(\{([^}]*)\}\)/g,
      (whole, from, gap, names) => {
        const files = byFile(id, from, names, ': ');
        return files.length > 1 ? whole : `import('${files[0].path}')${gap}.then((${files[0].list})`;
      },
    );

const bundle = await rolldown({
  input: Object.fromEntries(entries.map((name) => [name, `${dist}${name}.js`])),
  platform: 'node',
  external: (id) =>
    (!/^[./]/.test(id) && !inlined.includes(id)) || apart.some((name) => id.endsWith(`/${name}.js`)),
  plugins: [throughDoors, ownPlace],
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

// What is loaded as a file of its own goes past the doors as well: they are not shipped.
for (const name of [
  'containers/seven-zip-thread',
  'fetchers/stat-thread',
  'fetchers/file-version',
  'runners/messages',
  'runners/watchdog-thread',
  'sources/css-images',
  'sources/html-attributes',
  'sources/html-elements',
  'sources/html-images',
  'sources/json-ld',
]) {
  const path = `${dist}${name}.js`;
  writeFileSync(path, throughDoors.transform(readFileSync(path, 'utf8'), path));
}

for (const { name, isEntry, exports, fileName, code } of output) {
  writeFileSync(`${dist}${fileName}`, narrow(code));
  if (!isEntry) continue;
  const names = exports.length > 0 ? `export { ${exports.join(', ')} } from` : 'import';
  writeFileSync(`${dist}${name}.js`, `${names} './${basename(fileName)}';\n`);
}
