#!/usr/bin/env node
// Exit code 1 is for what accidents return: a program that cannot start says so and means nothing else by it.
try {
  const { main } = await import('../dist/cli/main.js');
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`hashsieve: could not start: ${error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
}
