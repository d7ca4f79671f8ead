import type { TestProject } from 'vitest/node';
import { missingIn } from './programs.js';

/** Names, in the last line of a run, everything for want of which tests were skipped. */
export const setup = (project: TestProject) => () => {
  const titles = project.vitest.state
    .getTestModules()
    .flatMap((module) => [...module.children.allTests('skipped')].map(({ fullName }) => fullName))
    .filter((title) => missingIn(title).length > 0);
  if (titles.length === 0) return;
  const missing = [...new Set(titles.flatMap(missingIn))].sort();
  process.stderr.write(`Skipped ${titles.length} tests that need: ${missing.join(', ')}\n`);
};
