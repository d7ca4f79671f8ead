import { asciiControls } from './jsonl.js';
import type { OutputFormat } from './types.js';

/** One document, valid even when empty: the results in the order in which they arrive, then the summary. */
export const json: OutputFormat = {
  extensions: ['json'],
  about: 'one JSON document: { schema, results, summary }',
  create: () => {
    let first = true;
    return {
      begin: () => '{"schema":"hashsieve/run/1","results":[',
      record: (record) => {
        const separator = first ? '\n' : ',\n';
        first = false;
        return separator + asciiControls(JSON.stringify(record));
      },
      end: (summary) => `${first ? '' : '\n'}],"summary":${JSON.stringify(summary)}}\n`,
    };
  },
};
