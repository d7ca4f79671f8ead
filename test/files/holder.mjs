// Takes the lock again and again, and tells: "held" for each time, "two" where somebody who lives has it as well.
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { takeLock } from '../../dist/files/index.js';

const [, , file, mark] = process.argv;
const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
};
const say = (word) => writeSync(1, `${word}\n`);

for (;;) {
  const lock = await takeLock(file, { wait: true });
  try {
    const made = openSync(mark, 'wx');
    writeSync(made, String(process.pid));
    closeSync(made);
  } catch {
    const other = Number(readFileSync(mark, 'utf8'));
    if (other > 0 && isAlive(other)) say('two');
    rmSync(mark, { force: true });
    await lock.release();
    continue;
  }
  say('held');
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  rmSync(mark, { force: true });
  await lock.release();
}
