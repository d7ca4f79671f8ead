import { defineConfig } from 'vitest/config';

export default defineConfig({
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
