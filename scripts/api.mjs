// Rolls up the types of the library into docs/api.d.ts: what the package offers, the file that it ships, and what a reviewer reads
// when it changes. `--print` writes it to standard output instead: a test compares.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

const root = fileURLToPath(new URL('..', import.meta.url));
const types = mkdtempSync(join(tmpdir(), 'hashsieve-api-'));
try {
  const tsc = [
    `${root}node_modules/typescript/bin/tsc`,
    '-p',
    'tsconfig.build.json',
    '--noCheck',
    '--declaration',
  ];
  const { status } = spawnSync(process.execPath, [...tsc, '--emitDeclarationOnly', '--outDir', types], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`tsc ended with code ${status}`);
  const bundle = await rolldown({
    input: join(types, 'index.d.ts'),
    external: (id) => !/^[./]/.test(id),
    plugins: [dts({ dtsInput: true, tsconfig: false })],
  });
  const { output } = await bundle.generate({ format: 'es' });
  const head = '// What `import … from "hashsieve"` offers. Written by `npm run api`.\n\n';
  // Comments that name a folder of ours, of where a declaration came from, say nothing to a reader.
  const text = `${head}${output[0].code.replaceAll(/^\/\/#(end)?region.*\n/gm, '').trim()}\n`;
  if (process.argv.includes('--print')) process.stdout.write(text);
  else writeFileSync(`${root}docs/api.d.ts`, text);
} finally {
  rmSync(types, { recursive: true });
}
