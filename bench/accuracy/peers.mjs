// Other packages for the accuracy bench, where they are installed (npm install --prefix bench), and Python's imagehash
// where Python has it. Each gives a hash of a picture's bytes; thresholds: the customary one, and the largest with at most
// one false positive in a million comparisons of unrelated photographs.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';

const nibbles = (hex) =>
  Uint8Array.from(hex.length % 2 ? `0${hex}` : hex, (digit) => Number.parseInt(digit, 16));

/** name → [thresholds, how to load it]. */
const known = {
  'npm sharp-phash': [
    { customary: 5, atE6: 11 },
    async () => {
      const { default: phash } = await import('sharp-phash');
      return async (bytes) => Uint8Array.from(await phash(bytes), Number);
    },
  ],
  'npm imghash 16': [
    { customary: 12, atE6: 21 },
    async () => {
      const { default: imghash } = await import('imghash');
      return async (bytes) => nibbles(await imghash.hash(bytes, 16, 'hex'));
    },
  ],
  'npm image-hash 16': [
    { customary: 12, atE6: 21 },
    async () => {
      const { imageHash } = await import('image-hash');
      return (data) =>
        new Promise((resolve, reject) =>
          imageHash({ data }, 16, true, (error, hex) => (error ? reject(error) : resolve(nibbles(hex)))),
        );
    },
  ],
  'Python imagehash.phash': [{ customary: 6, atE6: 9 }, () => python('phash')],
  'Python imagehash.dhash': [{ customary: 4, atE6: 5 }, () => python('dhash')],
};

/** One process that answers a line of hex for each picture that it is sent, four bytes of length first. */
async function python(kind) {
  const program = [
    'import sys,io,struct,imagehash',
    'from PIL import Image',
    'read=sys.stdin.buffer.read',
    'while True:',
    '  n=read(4)',
    '  if len(n)<4: break',
    `  print(imagehash.${kind}(Image.open(io.BytesIO(read(struct.unpack(">I",n)[0])))),flush=True)`,
  ].join('\n');
  if (spawnSync('python3', ['-c', 'import imagehash']).status !== 0) throw new Error('not installed');
  const child = spawn('python3', ['-c', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.unref();
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return async (bytes) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    child.stdin.write(Buffer.concat([length, bytes]));
    return nibbles((await lines.next()).value);
  };
}

/** Those that are installed, with `hash(bytes)` → bits or nibbles, and `distance`. Says which are not. */
export async function installedPeers() {
  const peers = [];
  for (const [name, [thresholds, load]] of Object.entries(known)) {
    try {
      peers.push({ name, ...thresholds, hash: await load() });
    } catch {
      process.stderr.write(`${name}: not installed, left out\n`);
    }
  }
  return peers;
}

/** Bits that differ between two hashes of the same peer. */
export function distance(a, b) {
  let bits = 0;
  for (let i = 0; i < a.length; i++) for (let x = a[i] ^ b[i]; x; x &= x - 1) bits += 1;
  return bits;
}
