// Builds every AssemblyScript kernel: src/kernels/assembly/<name>.ts → src/kernels/generated/<name>.ts, the WASM as
// base64 in a module, so that the package needs no file beside its JavaScript.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const kernels = fileURLToPath(new URL('../src/kernels', import.meta.url));
const generated = (file) => join(kernels, 'generated', file);
const newest = (...paths) => Math.max(...paths.map((path) => statSync(path).mtimeMs));
const sources = readdirSync(join(kernels, 'assembly'), { recursive: true }).filter((name) =>
  name.endsWith('.ts'),
);
/** Compiling takes seconds, and kernels seldom change. */
const isFresh = (file) =>
  (statSync(generated(file), { throwIfNoEntry: false })?.mtimeMs ?? 0) >
  newest(...sources.map((name) => join(kernels, 'assembly', name)), fileURLToPath(import.meta.url));

const stale = readdirSync(join(kernels, 'assembly')).filter((name) => name.endsWith('.ts') && !isFresh(name));
const { main } = stale.length > 0 ? await import('assemblyscript/asc') : {};
const work = mkdtempSync(join(tmpdir(), 'hashsieve-kernels-'));
mkdirSync(join(kernels, 'generated'), { recursive: true });
try {
  for (const file of stale) {
    const binary = join(work, 'kernel.wasm');
    const flags = [
      '--runtime',
      'stub',
      '--importMemory',
      '--noAssert',
      '--enable',
      'simd',
      '-O3',
      '--converge',
    ];
    const { error, stderr } = await main([join(kernels, 'assembly', file), '--outFile', binary, ...flags]);
    if (error) throw new Error(`${file}: ${error.message}\n${stderr}`);
    const base64 = readFileSync(binary).toString('base64');
    const text = `// Made by scripts/build-kernels.mjs from ../assembly/${file}.\nexport const wasm = '${base64}';\n`;
    writeFileSync(generated(file), text);
  }
} finally {
  rmSync(work, { recursive: true });
}
