// Builds the package: AssemblyScript kernels first (src/kernels/assembly → src/kernels/generated), then TypeScript → dist, the man page,
// and the bundle.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = (script, ...args) => {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${script} ended with code ${status}`);
};

rmSync(`${root}dist`, { recursive: true, force: true });
if (existsSync(`${root}scripts/build-kernels.mjs`)) run('scripts/build-kernels.mjs');
// Types are checked by `npm run typecheck`: here that would double the time of an installation.
run('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck');
run('scripts/man.mjs');
run('scripts/bundle.mjs');
