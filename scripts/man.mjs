// Makes the man page, dist/man/hashsieve.1, from the tables of commands and options, as `--help` is made from them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { marked } from 'marked';
import markedMan from 'marked-man';
import { manPage } from '../dist/cli/man-page.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
// The page has no date of its own: the same sources make the same bytes on every day.
marked.use({ ...markedMan, manual: 'hashsieve', manVersion: version, breaks: false, date: 0 });
const roff = marked
  .parse(await manPage())
  .replace('"January 1970"', '""')
  // Lines that nothing may be moved in, such as commands, cannot be spread over the width.
  .replace(/^(\.TH .*\n)/, '$1.ad l\n.nh\n');
const folder = new URL('../dist/man/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('hashsieve.1', folder), roff);
