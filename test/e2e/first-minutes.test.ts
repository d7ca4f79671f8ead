import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashsieve, lines, root, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';

/** A site of somebody who has just installed the program: a home of its own, pictures, and no list. */
async function newcomer() {
  const home = tempDir();
  const uploads = join(home, 'uploads');
  mkdirSync(uploads);
  for (const seed of [1, 2, 3])
    await draw(seed, 96, 96)
      .png()
      .toFile(join(uploads, `${seed}.png`));
  const here = (...args: string[]) =>
    hashsieve(args, { cwd: home, env: { HOME: home, XDG_STATE_HOME: join(home, 'state') } });
  return { home, uploads, here, own: join(home, 'state', 'hashsieve', 'lists', 'own.jsonl') };
}

describe("a newcomer's first five minutes without any list", () => {
  it('scans, removes a picture, finds it again when it is uploaded anew, and finds the rest once a list comes', async () => {
    const { home, uploads, here, own } = await newcomer();
    const first = await here('scan', 'uploads', '--summary', 'first.json');
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(/NO LIST OF OTHERS: compared with the test picture only/);
    expect(first.stderr).toMatch(/3 files wait in the ledger.*rematch --list FILE/);
    expect(JSON.parse(readFileSync(join(home, 'first.json'), 'utf8'))).toMatchObject({
      listed: 0,
      own: 0,
      waiting: 3,
      complete: true,
    });

    const removal = await here('list', 'add', '--from-image', join(uploads, '1.png'), '--note', 'ticket 1');
    expect(removal).toMatchObject({ code: 0, stderr: expect.stringContaining(own) });
    await draw(1, 96, 96).jpeg({ quality: 80 }).toFile(join(uploads, 'again.jpg'));
    const second = await here('scan', 'uploads');
    expect(second.code).toBe(10);
    const again = lines(second.stdout).find(({ uri }) => /again\.jpg$/.test(uri as string));
    expect(again).toMatchObject({ best: { list: 'own', algorithm: 'pdq', category: 'own' } });
    expect(lines(second.stdout)).toHaveLength(2);
    expect(second.stderr).toMatch(/test picture and entries of your own only/);

    const { stdout: listed } = await here('hash', join(uploads, '2.png'), '-a', 'pdq,md5', '-f', 'csv');
    writeFileSync(join(home, 'new.csv'), listed);
    const found = await here('rematch', '--list', 'new.csv', '--category', 'csam');
    expect(found.code).toBe(10);
    expect(lines(found.stdout)).toMatchObject([{ uri: expect.stringMatching(/2\.png$/) }]);
    expect((await here('selftest')).stdout).toMatch(/no list of others[\s\S]*The alarm rings/);
  });

  it('sounds the test alarm for the shipped test picture, also as the only file', async () => {
    const { here, uploads } = await newcomer();
    copyFileSync(join(root, 'assets/selftest.png'), join(uploads, 'test.png'));
    const ran = await here('scan', join(uploads, 'test.png'));
    expect(ran).toMatchObject({ code: 10, stderr: expect.stringMatching(/TEST ALARM/) });
    expect(ran.stderr).toMatch(/1 file waits in the ledger/);
  });

  it('keeps MD5, SHA-1, SHA-256 and PDQ for a list to come, and more on request', async () => {
    const { home, uploads, here } = await newcomer();
    await here('scan', 'uploads');
    for (const algorithm of ['md5', 'sha1', 'sha256', 'pdq']) {
      const { stdout } = await here('hash', join(uploads, '3.png'), '-a', algorithm, '-f', 'jsonl');
      writeFileSync(join(home, `${algorithm}.jsonl`), stdout);
      expect(await here('rematch', '--list', `${algorithm}.jsonl`, '-q')).toMatchObject({ code: 10 });
    }
    const { stdout } = await here('hash', join(uploads, '3.png'), '-a', 'phash', '-f', 'jsonl');
    writeFileSync(join(home, 'phash.jsonl'), stdout);
    expect((await here('rematch', '--list', 'phash.jsonl')).code).toBe(3);
    await here('scan', 'uploads', '--also-fingerprint', 'pdq,phash');
    expect((await here('rematch', '--list', 'phash.jsonl')).code).toBe(10);
  });

  it('ends with 3 where something could not be read', async () => {
    const { here, uploads } = await newcomer();
    writeFileSync(join(uploads, 'broken.png'), readFileSync(join(uploads, '1.png')).subarray(0, 60));
    expect((await here('scan', 'uploads')).code).toBe(3);
  });

  it('is refused where nothing would come of it, and by --require-list, which an own list does not satisfy', async () => {
    const { here, uploads, home } = await newcomer();
    const forgetful = await here('scan', 'uploads', '--no-ledger');
    expect(forgetful).toMatchObject({ code: 2, stdout: '' });
    expect(forgetful.stderr).toMatch(/leave out --no-ledger; or name a list with --list FILE/);
    await here('list', 'add', '--from-image', join(uploads, '1.png'));
    const gate = await here('scan', 'uploads', '--require-list');
    expect(gate).toMatchObject({ code: 2, stderr: expect.stringMatching(/--require-list.*--list FILE/) });
    writeFileSync(join(home, 'mine.csv'), `id,md5,category\nx,${'0123456789abcdef'.repeat(2)},own\n`);
    const mine = await here('scan', 'uploads', '--require-list', '--list', 'mine.csv');
    expect(mine).toMatchObject({ code: 2, stderr: expect.stringContaining('--category csam') });
    const told = await here('scan', 'uploads', '--list', 'mine.csv', '--no-own-list');
    expect(told.stderr).toMatch(/counts as your own: --category csam/);
    writeFileSync(join(home, 'theirs.csv'), `id,md5,category\nx,${'0123456789abcdef'.repeat(2)},csam\n`);
    const scan = ['scan', 'uploads', '--require-list', '--list', 'theirs.csv'];
    expect((await here(...scan, '--no-own-list')).code).toBe(0);
  });
});

describe('the own list', () => {
  it('is compared with beside other lists, by every scan, unless it is switched off', async () => {
    const { home, uploads, here } = await newcomer();
    await here('list', 'add', '--from-image', join(uploads, '1.png'));
    // A format that is given for the lists of others is not that of the own list.
    writeFileSync(join(home, 'known.txt'), `${'0123456789abcdef'.repeat(2)}\n`);
    const scan = ['scan', 'uploads', '--list', 'known.txt', '--list-format', 'hex', '--algorithm', 'md5'];
    const ran = await here(...scan);
    expect(ran.code).toBe(10);
    expect(ran.stderr).not.toMatch(/NO LIST OF OTHERS/);
    expect((await here(...scan, '--no-own-list')).code).toBe(0);
    expect((await here('scan', 'uploads', '--list', 'own')).code).toBe(10);
  });

  it('lies where the configuration says, for everybody who reads that', async () => {
    const { home, uploads, here, own } = await newcomer();
    writeFileSync(join(home, 'config.json'), JSON.stringify({ ownList: 'removed.jsonl' }));
    const config = ['--config', 'config.json'];
    await here('list', 'add', '--from-image', join(uploads, '1.png'), ...config);
    expect([existsSync(join(home, 'removed.jsonl')), existsSync(own)]).toEqual([true, false]);
    expect((await here('scan', 'uploads', ...config)).code).toBe(10);
    expect((await here('list', 'info', 'own', ...config)).stdout).toMatch(/removed\.jsonl/);
  });

  it('takes hashes too, gives entries back, and may be empty again', async () => {
    const { home, uploads, here, own } = await newcomer();
    const { stdout } = await here('hash', join(uploads, '2.png'), '-a', 'md5', '-f', 'jsonl');
    const [{ hex } = {}] = lines(stdout);
    expect((await here('list', 'add', `md5:${hex as string}`, '--id', 'mine')).code).toBe(0);
    expect((await here('scan', 'uploads')).code).toBe(10);
    expect((await here('scan', 'uploads', '-o', own)).code).toBe(2);
    expect((await here('list', 'remove', 'own', 'mine')).code).toBe(0);
    expect((await here('scan', 'uploads')).code).toBe(0);
    writeFileSync(
      join(home, 'config.json'),
      JSON.stringify({ exchanges: { own: { type: 'file', url: 'https://lists.example.org/a.csv' } } }),
    );
    expect(await here('list', 'sync', 'own', '--config', 'config.json')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/your own list/),
    });
  });
});
