// Lays out what an installation needs, without what only development needs: `node scripts/stage.mjs FOLDER`.
// FOLDER/node_modules/hashsieve is the package as it is published, with its dependencies beside it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, encoding: 'utf8' });

/** Lays the package out in an absolute folder, with the software bill of materials of what it is made of. */
export function stage(folder) {
  const packed = mkdtempSync(join(tmpdir(), 'hashsieve-pack-'));
  try {
    const [{ filename }] = JSON.parse(
      npm(['pack', '--json', '--ignore-scripts', '--pack-destination', packed], root),
    );
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, 'package.json'),
      '{"name":"hashsieve-installation","version":"0.0.0","private":true}\n',
    );
    // No package of ours needs a script at installation.
    npm(['install', '--prefer-offline', '--omit=dev', '--ignore-scripts', join(packed, filename)], folder);
    const sbom = npm(['sbom', '--omit', 'dev', '--sbom-format', 'cyclonedx'], root);
    writeFileSync(join(folder, 'sbom.cdx.json'), sbom);
    // These name the folder that the tarball was in.
    for (const name of ['package-lock.json', 'node_modules/.package-lock.json'])
      rmSync(join(folder, name), { force: true });
    writeFileSync(join(folder, 'package.json'), '{"name":"hashsieve-installation","private":true}\n');
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) stage(resolve(process.argv[2] ?? 'stage'));
