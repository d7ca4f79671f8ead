// An upload over HTTP and as clamd takes it, in turns with the same scan in this process: what the way there costs.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createScanner, loadList } from '../dist/index.js';
import { draw } from './pictures.mjs';
import { treeMemory } from './process-tree.mjs';

const root = fileURLToPath(new URL('../', import.meta.url));
const known = join(root, 'fixtures/demo/known.csv');

/** Starts the service; gives where it listens and its process. */
async function start(dir) {
  const args = ['serve', '--list', known, '--http', '127.0.0.1:0', '--clamd', join(dir, 'clamd'), '--quiet'];
  const child = spawn(
    process.execPath,
    [join(root, 'bin/hashsieve.js'), ...args, '--ledger', join(dir, 'ledger')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  for await (const text of child.stderr.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += text;
    const [, place] = /listening for http at (\S+)\n/.exec(said) ?? [];
    if (place && said.includes('listening for clamd')) {
      child.stderr.resume();
      return { child, url: `http://${place}/v1/scan` };
    }
  }
  throw new Error(said);
}

const overHttp = (url) => async (body) => {
  const response = await fetch(url, { method: 'POST', body });
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
};

const asClamd = (path) => (body) =>
  new Promise((done, failed) => {
    const socket = createConnection(path);
    let heard = '';
    socket.on('data', (bytes) => {
      heard += bytes;
    });
    socket.on('error', failed);
    socket.on('close', () => (heard === 'stream: OK\0' ? done() : failed(new Error(heard))));
    const length = Buffer.alloc(4);
    length.writeUInt32BE(body.length);
    socket.write(Buffer.concat([Buffer.from('zINSTREAM\0'), length, body, Buffer.alloc(4)]));
  });

const at = (share, times) =>
  times.sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(share * times.length))];

async function timed(work) {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

export async function run({ quick }) {
  const dir = mkdtempSync(join(tmpdir(), 'hashsieve-bench-'));
  let service;
  try {
    await draw(dir, { count: 20, width: 1152, height: 868 });
    const pictures = readdirSync(dir).filter((name) => name.endsWith('.jpg'));
    const bodies = pictures.map((name) => readFileSync(join(dir, name)));
    const { list } = await loadList({ path: known });
    const scanner = createScanner({ lists: [list], workers: 0 });
    const alone = async (body) => {
      for await (const _ of scanner.scanBytes(body)) {
      }
    };
    service = await start(dir);
    const ways = {
      'scan in process': alone,
      HTTP: overHttp(service.url),
      clamd: asClamd(join(dir, 'clamd')),
    };
    const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
    for (let turn = 0; turn < (quick ? 2 : 6); turn++)
      for (const body of bodies)
        for (const [name, way] of Object.entries(ways)) {
          const took = await timed(() => way(body));
          if (turn > 0) times[name].push(took);
        }
    const each = quick ? 10 : 40;
    const together = [];
    const seconds =
      (await timed(() =>
        Promise.all(
          Array.from({ length: 8 }, async (_, client) => {
            for (let n = 0; n < each; n++)
              together.push(await timed(() => ways.HTTP(bodies[(client * each + n) % bodies.length])));
          }),
        ),
      )) / 1000;
    const memory = treeMemory(service.child.pid);
    await scanner.close();
    const rows = {};
    for (const [name, some] of Object.entries(times))
      rows[`${name}, one client`] = {
        'p50 ms': Number(at(0.5, some).toFixed(1)),
        'p99 ms': Number(at(0.99, some).toFixed(1)),
        'ratio of p50': Number((at(0.5, some) / at(0.5, times['scan in process'])).toFixed(2)),
      };
    rows['HTTP, eight clients'] = {
      'p50 ms': Number(at(0.5, together).toFixed(1)),
      'p99 ms': Number(at(0.99, together).toFixed(1)),
      'uploads a second': Number(((8 * each) / seconds).toFixed(0)),
      'memory MB': Math.round(memory),
    };
    const goals = [
      {
        goal: 'p50 of one client over HTTP, to the scan alone',
        measured: at(0.5, times.HTTP) / at(0.5, times['scan in process']),
        limit: 1.2,
        unit: 'times',
      },
      {
        goal: 'p99 of eight clients, to their p50',
        measured: at(0.99, together) / at(0.5, together),
        limit: 5,
        unit: 'times',
      },
      {
        goal: 'milliseconds of two cores an upload, eight clients',
        measured: (seconds * 1000) / (8 * each),
        limit: 5,
        unit: 'ms',
      },
      { goal: 'memory of the service and its processes', measured: memory, limit: 250, unit: 'MB' },
    ];
    return { title: 'Uploads of 1 megapixel', rows, goals };
  } finally {
    service?.child.kill('SIGTERM');
    rmSync(dir, { recursive: true, force: true });
  }
}
