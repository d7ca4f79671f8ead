import { expect, it } from 'vitest';
import { createScanner, draftNotices } from '../../src/index.js';
import { only } from '../support/answers.js';
import { draw } from '../support/draw.js';
import { listOf } from '../support/inside.js';

it('a match of an upload becomes a letter to its host, which names where it is and whom to ask', async () => {
  const bytes = await draw(1).png().toBuffer();
  const scanner = createScanner({ lists: [await listOf(bytes)], workers: 0 });
  const uri = 'https://forum.example/uploads/1.png';
  const result = await only(scanner.scanBytes(bytes, { uri }));
  await scanner.close();
  if (result.outcome !== 'matched') throw new Error(result.outcome);
  const operator = {
    organisation: 'Forum',
    domain: 'forum.example',
    jurisdiction: 'de',
    reporter: { firstName: 'A', lastName: 'B', email: 'abuse@forum.example' },
  };
  const events = [scanner.event(result, 'run', new Date(0))];
  const { notices, refused } = await draftNotices(events, {
    to: 'host',
    operator,
    recipients: ['abuse@host.example'],
    classification: 'baseline',
  });
  expect(refused).toEqual([]);
  expect(notices).toHaveLength(1);
  const { files } = notices[0]!;
  expect(files['letter.txt']).toContain(uri);
  expect(files['letter.eml']).toMatch(/^To: abuse@host\.example/m);
  expect(files['recipients.txt']).toContain('abuse@host.example');
});
