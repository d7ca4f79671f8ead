// Runs the end-to-end tests under other Node versions, which come from npm (packages node@22, node@24): in a copy of the
// working tree that is installed by that Node, as whoever has it would.
// Usage: npm run test:node [-- 22 24]
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['22', '24'];
const home = mkdtempSync(join(tmpdir(), 'hashsieve-node-'));
try {
  for (const version of versions) {
    const { node, headers } = installNode(version);
    const copy = join(home, `project-${version}`);
    copyWorkingTree(copy);
    const env = {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      // The package brings the headers along; without them a compiler run would download them.
      ...(existsSync(headers) ? { npm_config_nodedir: headers } : {}),
    };
    const run = (...args) => execFileSync(args[0], args.slice(1), { cwd: copy, stdio: 'inherit', env });
    run('npm', 'ci', '--no-audit', '--no-fund');
    process.stdout.write(`\nEnd-to-end tests under Node ${execFileSync(node, ['--version'])}`);
    run('node', 'node_modules/vitest/vitest.mjs', 'run', 'test/e2e');
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}

function installNode(version) {
  const dir = join(home, `node-${version}`);
  mkdirSync(dir);
  writeFileSync(join(dir, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], {
    cwd: dir,
    stdio: 'inherit',
  });
  const node = join(dir, 'node_modules/node/bin/node');
  if (!existsSync(node)) throw new Error(`node@${version} could not be installed from npm`);
  return {
    node,
    headers: join(dir, `node_modules/node/node_modules/node-${process.platform}-${process.arch}`),
  };
}

function copyWorkingTree(target) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of listed.split('\0'))
    if (path !== '' && existsSync(join(root, path))) cpSync(join(root, path), join(target, path));
}
