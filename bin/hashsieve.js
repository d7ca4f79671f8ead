#!/usr/bin/env node
// Exit code 1 is for what accidents return: a program that cannot start says so and means nothing else by it.
// CommonJS, as package.json beside it says: Node starts it sooner. In the language of Node 8: one that is too old must get as far
// as being told so, and its distribution may have had it for years.
const oldest = /\d+\.\d+/.exec(require('../package.json').engines.node)[0];

function start() {
  const isTooOld = isOlder(process.versions.node, oldest);
  if (isTooOld) {
    process.exitCode = 1;
    process.stderr.write(
      `hashsieve: this is Node ${process.versions.node} (${process.execPath}), and hashsieve needs ${oldest} or newer: ` +
        'install one from nodejs.org or with nvm\n',
    );
    // It shows what else is amiss, on what Debian 12 and Ubuntu 24.04 ship.
    if (process.argv[2] !== 'doctor' || isOlder(process.versions.node, '18.0')) return Promise.resolve();
  }
  const fail = (error) => {
    process.exitCode = 1;
    if (isTooOld) return;
    const reason = error instanceof Error ? error.stack : error;
    process.stderr.write(`hashsieve: could not start: ${reason}\n`);
  };
  return Promise.resolve()
    .then(() => require('../dist/cli/main.cjs').main(process.argv.slice(2)))
    .then(() => {
      if (isTooOld) process.exitCode = 1;
    })
    .catch(fail);
}

function isOlder(version, other) {
  const [major, minor] = version.split('.').map(Number);
  const [otherMajor, otherMinor] = other.split('.').map(Number);
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}

start();
