// Runs the end-to-end tests with the built program under other Node versions, which come from npm (packages node@22, node@24).
// Usage: npm run test:node [-- 22 24]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['22', '24'];
const home = mkdtempSync(join(tmpdir(), 'hashsieve-node-'));
let failed = false;
try {
  for (const version of versions) {
    const dir = join(home, version);
    mkdirSync(dir);
    writeFileSync(join(dir, 'package.json'), '{"private":true}');
    spawnSync('npm', ['install', '--no-audit', '--no-fund', `node@${version}`], {
      cwd: dir,
      stdio: 'inherit',
    });
    const node = join(dir, 'node_modules/node/bin/node');
    if (!existsSync(node)) throw new Error(`node@${version} could not be installed from npm`);
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
    process.stdout.write(`\nEnd-to-end tests under Node ${stdout}`);
    const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/e2e'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, HASHSIEVE_TEST_NODE: node },
    });
    failed ||= status !== 0;
  }
} finally {
  rmSync(home, { recursive: true, force: true });
}
if (failed) process.exitCode = 1;
