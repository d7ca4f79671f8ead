import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.js';
import { hashsieve, tempDir } from '../support/cli.js';
import { itWith, programPath } from '../support/programs.js';

const scriptOf = async (shell: string) => (await hashsieve(['completion', shell])).stdout;

/** What is typed, and what the shell must offer; a space at the end begins a new word. */
const offers = [
  ['hashsieve li', ['list']],
  ['hashsieve list co', ['compile']],
  ['hashsieve scan --form', ['--format']],
  ['hashsieve scan --format sa', ['sarif']],
  ['hashsieve scan -f sa', ['sarif']],
  ['hashsieve scan --quiet --list known.csv --no-own', ['--no-own-list']],
  ['hashsieve takedown add --category nci', ['ncii']],
  ['hashsieve list add --no-such', []],
] as const;

describe('completion', () => {
  itWith(['bash'], 'bash offers commands, options and the values of options', async () => {
    const script = join(tempDir(), 'c.bash');
    writeFileSync(script, await scriptOf('bash'));
    const offered = (line: string) =>
      execFileSync(
        programPath('bash'),
        [
          '--norc',
          '-c',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash's
          'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _hashsieve; for one in "${COMPREPLY[@]}"; do echo "$one"; done',
          'bash',
          script,
          ...line.split(' '),
        ],
        { cwd: tempDir(), encoding: 'utf8' },
      )
        .split('\n')
        .filter(Boolean);
    for (const [line, words] of offers) expect([line, offered(line)]).toEqual([line, words]);
    // bash takes the = for a word.
    expect(offered('hashsieve scan --format = sa')).toEqual(['sarif']);
    expect(offered('hashsieve list ')).toContain('verify');
  });

  itWith(['fish'], 'fish does', async () => {
    const script = join(tempDir(), 'c.fish');
    writeFileSync(script, await scriptOf('fish'));
    const offered = (line: string) =>
      execFileSync(
        programPath('fish'),
        ['--no-config', '-c', `source ${script}; complete -C "$argv"`, line],
        {
          cwd: tempDir(),
          encoding: 'utf8',
        },
      )
        .split('\n')
        .filter(Boolean)
        .map((row) => row.split('\t')[0]);
    for (const [line, words] of offers) expect([line, offered(line)]).toEqual([line, words]);
    expect(offered('hashsieve list ')).toContain('verify');
  });

  itWith(['zsh'], 'zsh does', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'functions'));
    writeFileSync(join(dir, 'functions/_hashsieve'), await scriptOf('zsh'));
    // A terminal of zsh's own, in which Tab is pressed, and the line is shown that comes of it.
    const typed = (line: string) => {
      const { stdout, stderr } = spawnSync(
        programPath('zsh'),
        [
          '-f',
          '-c',
          `zmodload zsh/zpty
           zpty shell zsh -f -i
           zpty -w shell 'PS1= PS2= RPS1=; fpath=($FUNCTIONS $fpath); autoload -U compinit; compinit -u -D'
           zpty -w shell 'shown() { print -r -- "<line>$BUFFER<end>"; BUFFER=; zle accept-line; }; zle -N shown; bindkey "^X" shown; print ready""now'
           zpty -r shell out '*readynow*'
           zpty -w -n shell "$LINE"$'\\t'$'\\x18'
           zpty -r shell out '*<line>*<end>*'
           print -r -- $out
           zpty -d shell`,
        ],
        {
          cwd: dir,
          encoding: 'utf8',
          env: { ...process.env, FUNCTIONS: join(dir, 'functions'), LINE: line, TERM: 'dumb' },
          timeout: 20_000,
        },
      );
      return [...`${stdout}${stderr}`.matchAll(/<line>(.*?)<end>/g)].at(-1)?.[1]?.trimEnd();
    };
    for (const [line, words] of offers.filter(([, words]) => words.length === 1))
      expect(typed(line)).toBe(`${line.slice(0, line.lastIndexOf(' '))} ${words[0]}`);
  });

  it('another shell is refused by name', async () => {
    const { code, stderr } = await hashsieve(['completion', 'tcsh']);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('bash, zsh, fish') });
  });
});

describe('the man page', () => {
  const page = fileURLToPath(new URL('../../dist/man/hashsieve.1', import.meta.url));

  itWith(['man'], 'renders without a warning, and has every command', () => {
    const { stdout, stderr, status } = spawnSync(programPath('man'), ['--warnings', '-l', page], {
      encoding: 'utf8',
      env: { ...process.env, MANWIDTH: '80', LC_ALL: 'C.UTF-8' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const text = stdout.replace(/.\x08/g, '');
    for (const name of Object.keys(commands))
      expect(text).toMatch(new RegExp(`^ +hashsieve ${name}\\b`, 'm'));
    expect(text).toMatch(/EXIT CODES[\s\S]+10 {3}match\n/);
  });
});
