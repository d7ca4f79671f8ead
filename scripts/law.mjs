// Puts what src/reports/law.json says of every place into docs/found-something.md, where a test expects it.
import { readFileSync, writeFileSync } from 'node:fs';

const { places, facts } = JSON.parse(readFileSync('src/reports/law.json', 'utf8'));
const known = {
  V: 'read there',
  'S+': 'as others quote it',
  S: 'by a secondary source',
  N: 'nothing found',
  K: 'not verified',
};
const page = 'docs/found-something.md';

const wrapped = (text) => {
  const lines = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && `${line} ${word}`.length <= 120) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines.join('\n');
};

const block = Object.entries(places)
  .map(([place, { title }]) => {
    const lines = facts
      .filter((fact) => fact.place === place)
      .map(({ duty, text, source, seen, mark }) =>
        wrapped(`- **${duty}**: ${text} (${source}; ${known[mark]}; ${seen})`),
      );
    return `### ${title}\n\n${lines.join('\n')}\n`;
  })
  .join('\n');
writeFileSync(
  page,
  readFileSync(page, 'utf8').replace(
    /<!-- law -->[\s\S]*<!-- \/law -->/,
    () => `<!-- law -->\n\n${block}\n<!-- /law -->`,
  ),
);
