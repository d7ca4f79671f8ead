import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/closing-line.ts', 'test/support/choose-seed.ts'],
    setupFiles: ['test/support/seed.ts'],
    // No test may write into the ledger of whoever runs it.
    env: { HASHSIEVE_USE_LEDGER: 'false' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
