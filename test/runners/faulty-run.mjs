// A program whose decoding process hangs or idles: tells its process id to the test, which then kills the program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Pool } from '../../dist/runners/pool.js';
import { wirePorts } from '../../dist/scanner/scanner.js';

const [dir, name] = process.argv.slice(2);
const setup = { algorithms: ['pdq'] };
const script = pathToFileURL(join(import.meta.dirname, 'faulty-worker.mjs'));
const pool = new Pool(wirePorts(setup), {
  workers: 1,
  setup,
  limits: { silentSeconds: 3600, memory: 4e9 },
  script,
});
const refTo = (file) => ({ uri: pathToFileURL(join(dir, file)).href });
await pool.fingerprint(refTo('good-0.jpg')).next();
pool
  .fingerprint(refTo(name))
  .next()
  .catch(() => {});
const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8');
setTimeout(() => process.send(children.trim().split(' ').map(Number)), 300);
