import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { bin, demo, root, tempDir } from '../support/cli.js';
import { onThrowawayMachine } from '../support/machine.js';
import { describeWith, itWith, programPath } from '../support/programs.js';

const page = readFileSync(join(root, 'docs/install.md'), 'utf8');
/** The blocks of the page, in their order. */
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block!);

describeWith(['a throwaway machine'], 'docs/install.md', () => {
  let shared: string;
  let ran: ReturnType<typeof onThrowawayMachine>;
  const told = (name: string) => readFileSync(join(shared, name), 'utf8');

  beforeAll(() => {
    shared = tempDir();
    const [packed] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', shared], {
        cwd: root,
        encoding: 'utf8',
      }),
    ) as { filename: string }[];
    cpSync(join(demo, 'uploads'), join(shared, 'uploads'), { recursive: true });
    // The name is not in the registry before it is published: the tarball of this commit stands in for it.
    const commands = blocks.map((block) =>
      block.replace(
        'npm install --global hashsieve',
        `npm install --global --no-audit --no-fund ${shared}/${packed!.filename}`,
      ),
    );
    const night = `
# What cron does at 03:17: the lines of the file that set variables, then the command, as that user, in its home.
runuser -u hashsieve -- env -i HOME=/var/lib/hashsieve LOGNAME=hashsieve bash -c '
  cd; set -a; source <(grep -E "^[A-Z_]+=" /etc/cron.d/hashsieve); set +a
  eval "$(sed -nE "s/^([0-9*]+ +){5}hashsieve +//p" /etc/cron.d/hashsieve)"'`;
    ran = onThrowawayMachine(
      `umask 022
install -d -o www-data -g www-data /srv/site/uploads
cp -r ${shared}/uploads/. /srv/site/uploads
${commands.slice(0, 3).join('\n')}
(${commands[3]}) > ${shared}/first.txt 2>&1 && echo 0 > ${shared}/first.code || echo $? > ${shared}/first.code
${commands.slice(4, 6).join('\n')}
cat /etc/cron.d/hashsieve > ${shared}/crontab
(${night}) > ${shared}/night.txt 2>&1 && echo 0 > ${shared}/night.code || echo $? > ${shared}/night.code
ls -l /var/lib/hashsieve > ${shared}/state.txt
systemd-analyze verify hashsieve.timer > ${shared}/units.txt 2>&1 || true
${commands.slice(6).join('\n')}
man -w hashsieve
`,
      shared,
    );
  }, 300_000);

  it('leads from nothing to a scan, by its own commands, without an error', () => {
    expect(blocks).toHaveLength(8);
    expect(ran.stderr).not.toMatch(/\bERR!|not found|No such file/);
    expect({ code: ran.code, stderr: ran.code === 0 ? '' : ran.stderr }).toEqual({ code: 0, stderr: '' });
    expect(told('first.txt')).toMatch(/Scanned 8 assets[\s\S]*8 files wait in the ledger/);
    expect(told('first.code').trim()).toBe('0');
    expect(ran.stdout).toContain('hashsieve.1');
  });

  it('ends with a crontab that runs as it is, every night', () => {
    expect(told('night.txt')).toBe('');
    expect(told('night.code').trim()).toBe('0');
    const files = told('state.txt');
    for (const name of ['ledger.sqlite', 'events.jsonl', 'heartbeat.json', 'hashsieve.prom'])
      expect(files).toMatch(new RegExp(`hashsieve hashsieve .* ${name}$`, 'm'));
  });

  itWith(['systemd-analyze'], 'ships units that systemd reads without a complaint', () => {
    expect(told('units.txt')).not.toMatch(/hashsieve/);
  });
});

describeWith(['a throwaway machine', 'dpkg-deb'], 'the Debian package', () => {
  it('installs, runs as its user, has man page and completions, and leaves evidence when it is purged', () => {
    const shared = tempDir();
    execFileSync(process.execPath, [join(root, 'scripts/deb.mjs'), shared], { stdio: 'ignore' });
    cpSync(join(demo, 'uploads'), join(shared, 'uploads'), { recursive: true });
    const { code, stdout, stderr } = onThrowawayMachine(
      `dpkg --ignore-depends=nodejs -i ${shared}/*.deb > /dev/null
cp -r ${shared}/uploads /srv && cd /
setpriv --reuid hashsieve --regid hashsieve --init-groups env HOME=/var/lib/hashsieve hashsieve scan /srv/uploads 2>&1 | grep Scanned
man -w hashsieve
systemd-analyze verify hashsieve.timer hashsieve-serve.service 2>&1 | grep hashsieve || echo units are right
bash --norc -c 'source /usr/share/bash-completion/completions/hashsieve && complete -p hashsieve'
stat -c '%U:%G %a %n' /var/lib/hashsieve /etc/hashsieve
find /usr/lib/hashsieve -perm /6022 ! -type l | head -1
dpkg --purge hashsieve > /dev/null 2>&1
ls -d /usr/lib/hashsieve /var/lib/hashsieve 2>/dev/null || true`,
      shared,
    );
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringContaining('Scanned 8 assets'),
      expect.stringContaining('hashsieve.1'),
      'units are right',
      'complete -o filenames -F _hashsieve hashsieve',
      'hashsieve:hashsieve 700 /var/lib/hashsieve',
      'root:hashsieve 750 /etc/hashsieve',
      '/var/lib/hashsieve',
    ]);
  }, 300_000);
});

describeWith(['a throwaway machine', 'ldd'], 'the container', () => {
  const containerfile = readFileSync(join(root, 'Containerfile'), 'utf8');
  const asked = (instruction: string) => new RegExp(`^${instruction} (.*)$`, 'm').exec(containerfile)![1]!;

  it('scans as nobody in particular, from a root that is only read, with nothing but its own files', () => {
    const shared = tempDir();
    const image = join(shared, 'image');
    execFileSync(process.execPath, [join(root, 'scripts/container-root.mjs'), image], { stdio: 'ignore' });
    const uploads = join(image, 'data');
    cpSync(join(demo, 'uploads'), uploads, { recursive: true });
    cpSync(join(demo, 'known.csv'), join(image, 'lists/known.csv'));
    const sbom = JSON.parse(readFileSync(join(image, 'opt/hashsieve/sbom.cdx.json'), 'utf8'));
    expect(sbom.bomFormat).toBe('CycloneDX');
    expect(sbom.components.map(({ name }: { name: string }) => name)).toContain('sharp');
    const entry = (JSON.parse(asked('ENTRYPOINT')) as string[]).join(' ');
    const user = asked('USER');
    expect(user).toBe('65532:65532');
    const { code, stdout, stderr } = onThrowawayMachine(
      `mount --bind ${image} ${image} && mount -o remount,bind,ro ${image}
mount -t tmpfs -o mode=1777 tmpfs ${image}/tmp
mount -t tmpfs -o mode=0700,uid=65532,gid=65532 tmpfs ${image}/state
mount -t proc proc ${image}/proc
mount --rbind /dev ${image}/dev
run() { exec env -i ${asked('ENV')} PATH=/usr/local/bin /usr/sbin/chroot --userspec=${user} ${image} "$@"; }
(run ${entry} scan /data --list /lists/known.csv --output /state/events.jsonl 2>&1) && echo 0 || echo code $?
ls ${image}/state
healthy() { (run ${JSON.parse(asked('HEALTHCHECK .*? CMD'))
        .map((word: string) => `'${word.replaceAll("'", `'"'"'`)}'`)
        .join(' ')}); }
healthy && echo healthy too early
(run ${entry} serve --list /lists/known.csv --http 127.0.0.1:8076 > /dev/null 2>&1) &
server=$!
for i in $(seq 100); do if healthy; then echo healthy; break; fi; done
kill $server`,
      shared,
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/matched 3 /);
    expect(stdout).toMatch(/code 10\nevents\.jsonl\nhashsieve\nhealthy\n$/);
  }, 300_000);
});

describeWith(['systemd-analyze'], 'the shipped units', () => {
  it.each(['cron/hashsieve', 'cron/hashsieve-sync', 'serve/hashsieve-serve'])(
    '%s gives away less than 3 of 10',
    (name) => {
      const file = join(root, `docs/${name}.service`);
      const text = execFileSync(programPath('systemd-analyze'), ['security', '--offline=true', file], {
        encoding: 'utf8',
      });
      const exposure = Number(/Overall exposure level for \S+ ([\d.]+)/.exec(text)![1]);
      expect(exposure).toBeLessThan(3);
    },
  );

  it.each(['cron/hashsieve', 'cron/hashsieve-sync', 'serve/hashsieve-serve'])(
    '%s lets a call fail that it does not allow, and ends no process for it',
    (name) => {
      const lines = readFileSync(join(root, `docs/${name}.service`), 'utf8').split('\n');
      expect(lines.filter((line) => line.startsWith('SystemCall'))).toEqual([
        'SystemCallArchitectures=native',
        'SystemCallFilter=@system-service',
        'SystemCallFilter=~@privileged',
        'SystemCallFilter=@chown @pkey',
        'SystemCallErrorNumber=EPERM',
      ]);
    },
  );

  itWith(['strace'], 'allow every call to the system that a scan makes', () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'uploads'));
    cpSync(join(root, 'fixtures'), join(dir, 'uploads'), { recursive: true });
    writeFileSync(join(dir, 'uploads/a.txt'), 'text');
    const log = join(dir, 'calls');
    const { status, stderr } = spawnSync(
      programPath('strace'),
      ['-f', '-qq', '-c', '-o', log, process.execPath, bin]
        .concat(['scan', join(dir, 'uploads'), '--ledger', join(dir, 'l'), '-o', join(dir, 'e.jsonl')])
        .concat(['--no-fail', '--quiet']),
      { env: { PATH: process.env.PATH, HOME: dir }, encoding: 'utf8' },
    );
    expect([0, 3], stderr).toContain(status);
    const used = [...readFileSync(log, 'utf8').matchAll(/^\s*[\d.]+ .* (\w+)$/gm)].map(([, name]) => name!);
    expect(used).toContain('futex');
    const group = (name: string): string[] =>
      execFileSync(programPath('systemd-analyze'), ['syscall-filter', '--no-pager', name], {
        encoding: 'utf8',
      })
        .split('\n')
        .map((line) => line.trim())
        .flatMap((line) =>
          line.startsWith('@') && line !== name ? group(line) : /^\w+$/.test(line) ? [line] : [],
        );
    const denied = new Set(group('@privileged'));
    const allowed = new Set([
      ...group('@system-service').filter((name) => !denied.has(name)),
      ...group('@chown'),
      ...group('@pkey'),
    ]);
    expect(used.filter((name) => name !== 'total' && name !== 'calls' && !allowed.has(name))).toEqual([]);
    expect(existsSync(join(dir, 'e.jsonl'))).toBe(true);
  });
});
