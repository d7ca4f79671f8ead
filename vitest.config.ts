import { defineConfig } from 'vitest/config';

/** Threads of our sources run what is built of them, because Node runs no TypeScript. */
const builtThreads = {
  name: 'built-threads',
  transform: (code: string, id: string) => {
    const folder = /\/src\/(.*)\/[^/]*\.ts$/.exec(id)?.[1];
    if (folder === undefined) return undefined;
    const up = '../'.repeat(folder.split('/').length + 1);
    return code.replaceAll(
      /new URL\((["'])\.\/([\w-]+-thread)\.js\1, import\.meta\.url\)/g,
      `new URL('${up}dist/${folder}/$2.js', import.meta.url)`,
    );
  },
};

export default defineConfig({
  plugins: [builtThreads],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/closing-line.ts', 'test/support/choose-seed.ts'],
    setupFiles: ['test/support/seed.ts'],
    // No test may write into the ledger of whoever runs it.
    env: { HASHSIEVE_USE_LEDGER: 'false' },
    // With --coverage: what the tests run of src in their own processes; the built program, which e2e tests start, is not in it.
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      exclude: ['src/kernels/assembly/**', 'src/kernels/generated/**'],
      reporter: ['json-summary'],
      reportOnFailure: true,
    },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
