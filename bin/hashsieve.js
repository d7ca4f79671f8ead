#!/usr/bin/env node
// Exit code 1 is for what accidents return: a program that cannot start says so and means nothing else by it.
// CommonJS, as package.json beside it says: Node starts it sooner.
(async () => {
  try {
    const { main } = require('../dist/cli/main.cjs');
    await main(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`hashsieve: could not start: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
})();
