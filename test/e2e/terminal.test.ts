import { execFileSync } from 'node:child_process';
import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { hashsieve, lines, tempDir } from '../support/cli.js';
import { draw } from '../support/draw.js';
import { describeWith, programPath } from '../support/programs.js';
import { ctrlC, inTerminal, type Shown, terminalNeeds } from '../support/terminal.js';

const count = 40;
let pictures: string;
let list: string;
let matched: string;

beforeAll(async () => {
  pictures = tempDir();
  for (let seed = 0; seed < count; seed++)
    writeFileSync(join(pictures, `${100 + seed}.png`), await draw(seed, 120, 90).png().toBuffer());
  matched = join(pictures, '100.png');
  list = join(tempDir(), 'known.jsonl');
  const { stdout } = await hashsieve(['hash', matched, '-a', 'pdq', '-f', 'jsonl']);
  writeFileSync(list, stdout);
});

let held: number[] = [];
afterEach(() => {
  for (const file of held) closeSync(file);
  held = [];
});

/** A scan of all pictures that never comes to its end: somebody might go on writing to the pipe that names them. */
function endless() {
  const dir = tempDir();
  const names = join(dir, 'names');
  execFileSync(programPath('mkfifo'), [names]);
  const pipe = openSync(names, 'r+');
  held.push(pipe);
  const outputs = tempDir();
  writeSync(
    pipe,
    readdirSync(pictures)
      .map((name) => `${join(pictures, name)}\n`)
      .join(''),
  );
  const args = ['scan', '--files-from', names, '--list', list, '-o', join(outputs, 'e.jsonl'), '--all'];
  return { outputs, args: [...args, '--summary', join(outputs, 's.json'), '--no-ledger'] };
}

/** What a run leaves that was interrupted: everything that it had done, in its place. */
function expectWhole(shown: Shown, outputs: string, done = count) {
  expect(shown).toMatchObject({ code: 130, hung: false, stepsLeft: 0 });
  expect(readdirSync(outputs).sort()).toEqual(['e.jsonl', 's.json']);
  const records = lines(readFileSync(join(outputs, 'e.jsonl'), 'utf8'));
  expect(records).toHaveLength(done);
  const matches = records.filter(({ outcome }) => outcome === 'matched');
  expect(matches).toHaveLength(Math.min(done, 1));
  const summary = JSON.parse(readFileSync(join(outputs, 's.json'), 'utf8')) as object;
  expect(summary).toMatchObject({ interrupted: true, exitCode: 130, outcomes: { matched: matches.length } });
}

/** The terminal is as it was: the cursor is shown, and the spinner is gone. */
function expectTidy({ output }: Shown) {
  expect(output.lastIndexOf('\u001b[?25l')).toBeLessThanOrEqual(output.lastIndexOf('\u001b[?25h'));
}

const uncoloured = ({ output }: Shown) => output.replaceAll(/\u001b\[\d*m/g, '');

const allDone = { output: `${count} done` };

describeWith([...terminalNeeds, 'mkfifo'], 'a scan on a terminal', () => {
  it.each([
    ['Ctrl-C', { keys: ctrlC }],
    ['SIGTERM', { signal: 'SIGTERM' }],
    ['SIGHUP', { signal: 'SIGHUP' }],
  ] as const)('that %s interrupts keeps what it did, and the terminal is as before', async (_name, act) => {
    const { args, outputs } = endless();
    const shown = await inTerminal(args, [{ when: allDone, do: act }]);
    expectWhole(shown, outputs);
    expectTidy(shown);
    expect(shown.output).toContain('\u001b[?25l');
    expect(shown.output).toMatch(/MATCH/);
    expect(shown.output).toMatch(/Interrupted/);
  });

  it('is not ended by force where one Ctrl-C arrives twice, as npx passes it on', async () => {
    const { args, outputs } = endless();
    const twice = [
      { when: allDone, do: { keys: ctrlC } },
      { when: {}, do: { signal: 'SIGINT' } },
    ] as const;
    expectWhole(await inTerminal(args, twice), outputs);
  });

  it('whose terminal goes away ends as interrupted', async () => {
    const { args, outputs } = endless();
    expectWhole(await inTerminal(args, [{ when: allDone, do: { hangUp: true } }]), outputs);
  });

  it('whose terminal goes away while records are written to it keeps the other outputs', async () => {
    const { args, outputs } = endless();
    const both = await inTerminal([...args, '-o', '-'], [{ when: allDone, do: { hangUp: true } }]);
    expectWhole(both, outputs);
  });

  it('interrupted before a list is loaded says so, and leaves nothing behind', async () => {
    const { args, outputs } = endless();
    const large = join(realpathSync(tempDir()), 'large.txt');
    writeFileSync(large, 'pdq 0f'.padEnd(68, '1').concat('\n').repeat(3_000_000));
    const steps = [{ when: { reads: large }, do: { keys: ctrlC } }];
    const shown = await inTerminal([...args, '--list', large], steps);
    expect(shown).toMatchObject({ code: 130, hung: false, stepsLeft: 0 });
    expect(shown.output).toMatch(/interrupted/i);
    expect(readdirSync(outputs)).toEqual([]);
  });

  it('interrupted at its very end loses nothing', async () => {
    const outputs = tempDir();
    const args = ['scan', pictures, '--list', list, '-o', join(outputs, 'e.jsonl'), '--no-ledger', '--all'];
    const summary = join(outputs, 's.json');
    const steps = [{ when: allDone, do: { keys: ctrlC } }];
    const shown = await inTerminal([...args, '--summary', summary], steps);
    // Where it was done before the signal came, it says what it found.
    expect([10, 130]).toContain(shown.code);
    expect(lines(readFileSync(join(outputs, 'e.jsonl'), 'utf8'))).toHaveLength(count);
    expect(JSON.parse(readFileSync(summary, 'utf8'))).toMatchObject({ exitCode: shown.code });
    expectTidy(shown);
  });

  it.each([
    [0, 0],
    [1, 1],
    [4, 4],
    [0, 80],
    [24, 0],
  ])('of %i rows and %i columns neither hangs nor floods it', async (rows, columns) => {
    const outputs = tempDir();
    const args = ['scan', pictures, '--list', list, '-o', join(outputs, 'e.jsonl'), '--no-ledger', '--all'];
    const shown = await inTerminal(args, [], { rows, columns });
    expect(shown).toMatchObject({ code: 10, hung: false });
    expect(shown.output.length).toBeLessThan(20_000);
    expectTidy(shown);
    if (columns === 0) expect(uncoloured(shown)).not.toContain('\u001b');
  });

  it.each([
    [0, 0],
    [1, 1],
    [4, 4],
  ])('that is made %i × %i while it goes on, and large again, can be interrupted', async (rows, columns) => {
    const { args, outputs } = endless();
    const shown = await inTerminal(args, [
      { when: allDone, do: { size: [rows, columns] } },
      { when: columns === 0 ? { output: '25h' } : {}, do: { size: [24, 80] } },
      { when: allDone, do: { keys: ctrlC } },
    ]);
    expectWhole(shown, outputs);
    expect(shown.output.length).toBeLessThan(40_000);
    expectTidy(shown);
  });

  it('that stays without columns can be interrupted', async () => {
    const { args, outputs } = endless();
    const shown = await inTerminal(args, [
      { when: allDone, do: { size: [0, 0] } },
      { when: { output: '25h' }, do: { keys: ctrlC } },
    ]);
    expectWhole(shown, outputs);
    expectTidy(shown);
  });

  it.each([
    ['TERM', 'dumb'],
    ['CI', 'true'],
  ])('with %s=%s gets no escape codes and no line for every picture', async (name, value) => {
    const outputs = tempDir();
    const args = ['scan', pictures, '--list', list, '-o', join(outputs, 'e.jsonl'), '--no-ledger'];
    const shown = await inTerminal(args, [], { env: { [name]: value } });
    expect(shown).toMatchObject({ code: 10, hung: false });
    expect(uncoloured(shown)).not.toContain('\u001b');
    expect(shown.output).not.toMatch(/ done,.* done,/s);
  });

  it('with an empty CI in its environment gets no line for every picture', async () => {
    const outputs = tempDir();
    const args = ['scan', pictures, '--list', list, '-o', join(outputs, 'e.jsonl'), '--no-ledger'];
    const shown = await inTerminal(args, [], { env: { CI: '' } });
    expect(shown.output).not.toContain(' done, 0 failed\r\n- ');
    expect(shown.output).not.toMatch(/\n- \d+ done/);
  });
});
