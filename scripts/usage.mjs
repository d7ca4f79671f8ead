// Puts what `hashsieve --help` prints into the README, where a test expects it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const help = execFileSync(process.execPath, ['bin/hashsieve.js', '--help'], { encoding: 'utf8' });
const readme = readFileSync('README.md', 'utf8');
const block = `<!-- usage -->\n\n\`\`\`text\n${help}\`\`\`\n\n<!-- /usage -->`;
writeFileSync(
  'README.md',
  readme.replace(/<!-- usage -->[\s\S]*<!-- \/usage -->/, () => block),
);
