// Lists of many gigabytes: generated on the fly, piece by piece, and streamed through every reader; and one line of a
// gigabyte without an end. Prints the greatest resident set of the reading process, the generator's share included.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const pool = Array.from({ length: 4096 }, (_, n) =>
  createHash('sha512').update(`${n}`).digest('hex').repeat(2),
);
/** Hashes that all differ, and cost little to make. */
const hex = (digits, n) => pool[n & 4095].slice(0, digits - 8) + (n + 0x10000000).toString(16);
const time = (n) => new Date(1.6e12 + (n % 1e8) * 1000).toISOString();

/** What a list of the format begins and ends with, one entry of it, and a line without end. */
const formats = {
  ncmec: {
    begin: '<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2"><images count="1">\n',
    entry: (n) =>
      `<image><member id="${n % 50}">Member</member><timestamp>${time(n)}</timestamp><id>e${n}</id>` +
      `<classification>A1</classification><fingerprints><md5>${hex(32, n)}</md5><sha1>${hex(40, n)}</sha1><pdq>${hex(64, n)}</pdq>` +
      `<pdna>${hex(192, n)}</pdna></fingerprints></image>\n`,
    end: '</images></queryResult>\n',
    line: '<queryResult><images><image><id>',
  },
  vics: {
    begin: '{"@odata.context":"http://x/2.0.xml/US/$metadata#Media","value":[\n{}',
    entry: (n) =>
      `,\n{"MediaID":${n},"Category":1,"MD5":"${hex(32, n).toUpperCase()}","SHA1":"${hex(40, n)}","MediaSize":12345,"IsPrecategorized":"false"}`,
    end: ']}',
    line: '{"@odata.context":"2.0.xml/US/","value":[{"MD5":"',
  },
  stopncii: {
    begin: '{"count":1,"hasMoreRecords":false,"hashRecords":[\n{}',
    entry: (n) =>
      `,\n{"lastModtimestamp":${1.6e9 + (n % 1e8)},"signalType":"ImagePDQ","hashValue":"${hex(64, n)}","hashStatus":"Active","caseNumbers":{"a":"Active"},"CSPFeedbacks":[]}`,
    end: ']}',
    line: '{"hashRecords":[{"hashValue":"',
  },
  matrix: {
    begin: '[{}',
    entry: (n) =>
      `,\n{"type":"m.policy.media_hash","state_key":"${n}","sender":"@m:example.org","origin_server_ts":${n},"content":{"m.pdqhash":{"hash":"${hex(64, n)}","quality":"100"}}}`,
    end: ']',
    line: '[{"type":"m.policy.media_hash","state_key":"',
  },
  json: {
    begin: '[{}',
    entry: (n) => `,\n{"id":"e${n}","md5":"${hex(32, n)}","pdq":"${hex(64, n)}","classification":"A1"}`,
    end: ']',
    line: '[{"md5":"',
  },
  jsonl: {
    begin: '',
    entry: (n) => `{"id":"e${n}","md5":"${hex(32, n)}","pdq":"${hex(64, n)}","classification":"A1"}\n`,
    end: '',
    line: '{"md5":"',
  },
  hex: { begin: '', entry: (n) => `pdq ${hex(64, n)}\n`, end: '', line: 'md5 ' },
  csv: {
    begin: 'id,md5,sha1,grade\n',
    entry: (n) => `e${n},${hex(32, n)},${hex(40, n)},A1\n`,
    end: '',
    line: 'md5,id\n"',
  },
};

/** @param bytes about how long the file gets. */
async function* generated({ begin, entry, end }, bytes) {
  let sent = 0;
  let text = begin;
  for (let n = 1; sent < bytes; n++) {
    text += entry(n);
    if (text.length < 1 << 18) continue;
    const piece = Buffer.from(text);
    sent += piece.length;
    text = '';
    yield piece;
  }
  yield Buffer.from(text + end);
}

async function* endless({ line }, bytes) {
  yield Buffer.from(line);
  const piece = Buffer.alloc(1 << 18, 'a');
  for (let sent = 0; sent < bytes; sent += piece.length) yield piece;
}

if (process.argv[2] === '--run') {
  const [name, kind, bytes] = process.argv.slice(3);
  const { ListReader } = await import('../dist/lists/read.js');
  const { algorithmBits: algorithms } = await import('../dist/fingerprints/index.js');
  const make = kind === 'entries' ? generated : endless;
  const started = performance.now();
  const stream = make(formats[name], Number(bytes));
  const reader = new ListReader({ path: 'generated', stream, algorithms, format: name });
  let entries = 0;
  let refused = false;
  try {
    for await (const batch of reader.entries()) entries += batch.length;
  } catch (error) {
    if (error.name !== 'UsageError') throw error;
    refused = true;
  }
  const { user, system } = process.cpuUsage();
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  const seconds = (performance.now() - started) / 1000;
  const problems = refused ? 'refused' : reader.report().problemCount;
  process.stdout.write(JSON.stringify({ entries, problems, peak, seconds, cpu: (user + system) / 1e6 }));
}

export async function run({ quick, gb }) {
  const size = gb === undefined ? (quick ? 0.25 : 5) : Number(gb);
  const rows = {};
  const goals = [];
  for (const kind of ['entries', 'one line']) {
    const gigabytes = kind === 'entries' ? size : Math.min(size, 1);
    for (const name of Object.keys(formats)) {
      const child = spawnSync(
        process.execPath,
        [import.meta.filename, '--run', name, kind, String(gigabytes * 1e9)],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
      );
      const { entries, problems, peak, seconds, cpu } = JSON.parse(child.stdout);
      const label = `${name}, ${gigabytes} GB${kind === 'entries' ? '' : ' in one line'}`;
      rows[label] = {
        'peak MB': Math.round(peak),
        entries,
        problems,
        'CPU s': Math.round(cpu),
        'MB a CPU second': Math.round((gigabytes * 1000) / cpu),
      };
      goals.push({ goal: `memory, ${label}`, measured: peak, limit: 500, unit: 'MB' });
      process.stderr.write(`${label}: ${Math.round(peak)} MB, ${Math.round(seconds)} s\n`);
    }
  }
  return { title: `Reading lists of ${size} GB, generated as they are read`, rows, goals };
}
