// Builds the Debian package: `node scripts/deb.mjs [FOLDER]` writes FOLDER/hashsieve_VERSION_ARCH.deb (default: the working
// directory). Needs dpkg-deb, and a built dist/.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { stage } from './stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version, description, homepage, bugs, engines } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
);
const oldestNode = /[\d.]+/.exec(engines.node)[0];
const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
const target = resolve(process.argv[2] ?? '.', `hashsieve_${version}_${architecture}.deb`);

const image = mkdtempSync(join(tmpdir(), 'hashsieve-deb-'));
const put = (path, content, mode = 0o644) => {
  const file = join(image, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
};

try {
  chmodSync(image, 0o755);
  stage(join(image, 'usr/lib/hashsieve'));
  const installed = join(image, 'usr/lib/hashsieve/node_modules/hashsieve');
  mkdirSync(join(image, 'usr/bin'), { recursive: true });
  symlinkSync('../lib/hashsieve/node_modules/hashsieve/bin/hashsieve.js', join(image, 'usr/bin/hashsieve'));
  chmodSync(join(installed, 'bin/hashsieve.js'), 0o755);
  put(
    'usr/share/man/man1/hashsieve.1.gz',
    gzipSync(readFileSync(join(installed, 'dist/man/hashsieve.1')), { level: 9 }),
  );
  put('usr/share/doc/hashsieve/copyright', readFileSync(join(root, 'LICENSE')));
  put(
    'usr/share/doc/hashsieve/examples/hashsieve.crontab',
    readFileSync(join(root, 'docs/cron/hashsieve.crontab')),
  );
  for (const unit of [
    'cron/hashsieve.service',
    'cron/hashsieve.timer',
    'cron/hashsieve-sync.service',
    'cron/hashsieve-sync.timer',
    'serve/hashsieve-serve.service',
  ])
    put(`lib/systemd/system/${unit.split('/')[1]}`, readFileSync(join(root, 'docs', unit)));
  const completion = (shell) =>
    execFileSync(process.execPath, [join(root, 'bin/hashsieve.js'), 'completion', shell], {
      encoding: 'utf8',
    });
  put('usr/share/bash-completion/completions/hashsieve', completion('bash'));
  put('usr/share/zsh/vendor-completions/_hashsieve', completion('zsh'));
  put('usr/share/fish/vendor_completions.d/hashsieve.fish', completion('fish'));
  const kilobytes = Number(/^\d+/.exec(execFileSync('du', ['-sk', image], { encoding: 'utf8' }))[0]);
  put(
    'DEBIAN/control',
    `Package: hashsieve
Version: ${version}
Section: admin
Priority: optional
Architecture: ${architecture}
Maintainer: hashsieve <${bugs.email}>
Installed-Size: ${kilobytes}
Depends: nodejs (>= ${oldestNode})
Recommends: ffmpeg
Homepage: ${homepage}
Description: ${description}
 Computes perceptual fingerprints and digests of pictures and videos, compares
 them with hash lists, and writes events of what matches. Shows nothing.
`,
  );
  // A user of its own; nothing is started, because what is to be scanned is not known yet (docs/install.md).
  put(
    'DEBIAN/postinst',
    `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if ! getent passwd hashsieve > /dev/null; then
    useradd --system --user-group --home-dir /var/lib/hashsieve --shell /usr/sbin/nologin hashsieve
  fi
  install -d -m 0700 -o hashsieve -g hashsieve /var/lib/hashsieve
  install -d -m 0750 -o root -g hashsieve /etc/hashsieve
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
fi
`,
    0o755,
  );
  put(
    'DEBIAN/prerm',
    `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl disable --now hashsieve.timer hashsieve-sync.timer hashsieve-serve.service || true
fi
`,
    0o755,
  );
  // Purging leaves /var/lib/hashsieve and /etc/hashsieve: what was found and sealed is evidence, and must be kept by law.
  put(
    'DEBIAN/postrm',
    `#!/bin/sh
set -e
if [ "$1" = purge ]; then
  echo 'hashsieve: /var/lib/hashsieve and /etc/hashsieve stay: they may hold evidence. Remove them by hand.'
fi
`,
    0o755,
  );
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', image, target], { stdio: 'inherit' });
} finally {
  rmSync(image, { recursive: true, force: true });
}
