// Puts the dated facts of src/supply into docs/get-a-list.md, where a test expects them.
import { readFileSync, writeFileSync } from 'node:fs';
import { sourcesText } from '../dist/supply/index.js';

const page = readFileSync('docs/get-a-list.md', 'utf8');
const block = `<!-- sources -->\n\n${sourcesText()}\n\n<!-- /sources -->`;
writeFileSync(
  'docs/get-a-list.md',
  page.replace(/<!-- sources -->[\s\S]*<!-- \/sources -->/, () => block),
);
