// Draws the test picture and writes its list: node scripts/draw-selftest.mjs (after npm run build).
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const at = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const circles = Array.from({ length: 40 }, (_, i) => {
  const x = (i * 137) % 640;
  const y = (i * 89 + (i % 7) * 23) % 480;
  return `<circle cx="${x}" cy="${y}" r="${12 + ((i * 31) % 46)}" fill="hsl(${(i * 47) % 360},${45 + (i % 4) * 12}%,${25 + ((i * 13) % 50)}%)" opacity="0.8"/>`;
});
// A smoke alarm: what the picture is for.
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480">
<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#123a5a"/><stop offset="1" stop-color="#f3b95f"/></linearGradient></defs>
<rect width="640" height="480" fill="url(#g)"/>${circles.join('')}
<circle cx="330" cy="215" r="128" fill="#fafafa" stroke="#222" stroke-width="7"/><circle cx="330" cy="215" r="84" fill="#dde3e6"/>
<g stroke="#444" stroke-width="9">${[0, 1, 2, 3, 4, 5].map((i) => `<path d="M${268 + i * 25} ${170 + (i % 2) * 12}v${70 - (i % 3) * 16}"/>`).join('')}</g>
<circle cx="404" cy="150" r="13" fill="#e02020"/><path d="M40 400h240l-30 46H70z" fill="#1d1d1d"/><path d="M470 380l120 30-26 62-118-30z" fill="#fff" opacity="0.85"/>
</svg>`;
await sharp(Buffer.from(svg)).png({ compressionLevel: 9, palette: false }).toFile(at('assets/selftest.png'));

const algorithms = 'md5,sha1,sha256,pdq,phash,phash256,dhash,blockhash';
const { stdout } = spawnSync(
  process.execPath,
  [at('bin/hashsieve.js'), 'hash', at('assets/selftest.png'), '--algorithm', algorithms, '--format', 'jsonl'],
  { encoding: 'utf8' },
);
const entry = { id: 'selftest-picture', category: 'test', supplier: 'hashsieve', note: 'the test picture' };
for (const { algorithm, hex } of stdout.trim().split('\n').map(JSON.parse)) entry[algorithm] = hex;
writeFileSync(at('assets/selftest.jsonl'), `${JSON.stringify(entry)}\n`);
