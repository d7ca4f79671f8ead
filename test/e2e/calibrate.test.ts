import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

describe('calibrate', () => {
  it('counts the mistakes at each threshold, and writes one at which trusted pictures do not match', async () => {
    const [dir, home] = [tempDir(), tempDir()];
    for (const seed of [1, 2, 3])
      writeFileSync(join(dir, `${seed}.png`), await draw(seed, 200, 150).png().toBuffer());
    // Listed is a picture that lies near one of the trusted ones: the same, with a large blot.
    const near = join(home, 'near.png');
    const blot = Buffer.from('<svg width="60" height="60"><rect width="60" height="60" fill="#fff"/></svg>');
    writeFileSync(
      near,
      await draw(1, 200, 150)
        .composite([{ input: blot, left: 90, top: 50 }])
        .png()
        .toBuffer(),
    );
    const list = join(home, 'known.csv');
    await hashsieve(['hash', near, '--algorithm', 'pdq', '-o', list]);
    writeFileSync(join(home, 'config.json'), '{ "timeout": "20s" }');
    const html = join(home, 'page.html');
    const args = [
      'calibrate',
      dir,
      '--list',
      list,
      '--threshold',
      'pdq=80',
      '--html',
      html,
      '--write-config',
      '--config',
      'config.json',
    ];
    const { code, stdout } = await hashsieve(args, { cwd: home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 pictures, /);
    expect(stdout).toMatch(/pdq: threshold 80, 1 false match; recommended (\d+)/);
    const nearest = Number(/^ +(\d+) +1 +1 {2}#/m.exec(stdout)?.[1]);
    const config = JSON.parse(readFileSync(join(home, 'config.json'), 'utf8'));
    expect(config).toMatchObject({ timeout: '20s' });
    expect(config.threshold.pdq).toBeLessThan(nearest);
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('<svg');
    expect(page).not.toMatch(/<script|<img|file:/);
    // With what was written, trusted pictures do not match.
    const scanned = await hashsieve(['scan', dir, '--list', list, '--no-cache', '--config', 'config.json'], {
      cwd: home,
    });
    expect(scanned.code).toBe(0);
  });
});
