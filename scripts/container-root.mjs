// Lays out the root of the container without a container engine: `node scripts/container-root.mjs FOLDER`. It has what the
// image has of ours, this machine's Node.js in place of the base image, and the libraries that Node.js loads. For machines
// that have no engine, and for the tests.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { stage } from './stage.mjs';

const root = resolve(process.argv[2] ?? 'container-root');
const put = (path) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  copyFileSync(realpathSync(path), join(root, path));
};

stage(join(root, 'opt/hashsieve'));
mkdirSync(join(root, 'usr/local/bin'), { recursive: true });
copyFileSync(process.execPath, join(root, 'usr/local/bin/node'));
chmodSync(join(root, 'usr/local/bin/node'), 0o755);

const libraries = (file) =>
  [...execFileSync('ldd', [file], { encoding: 'utf8' }).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path);
const natives = execFileSync(
  'find',
  [join(root, 'opt'), '-name', '*.node', '-o', '-name', '*.so*', '-type', 'f'],
  {
    encoding: 'utf8',
  },
)
  .split('\n')
  .filter(Boolean);
for (const path of new Set([process.execPath, ...natives].flatMap(libraries)))
  if (!path.startsWith(root) && existsSync(path)) put(path);

for (const folder of ['etc', 'tmp', 'data', 'lists', 'state', 'proc', 'dev'])
  mkdirSync(join(root, folder), { recursive: true });
chmodSync(join(root, 'tmp'), 0o1777);
chmodSync(join(root, 'state'), 0o700);
if (process.getuid() === 0) chownSync(join(root, 'state'), 65532, 65532);
writeFileSync(join(root, 'etc/passwd'), 'nonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin\n');
if (existsSync('/etc/ssl/certs'))
  cpSync('/etc/ssl/certs', join(root, 'etc/ssl/certs'), { recursive: true, dereference: true });
