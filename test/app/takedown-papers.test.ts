import { readFileSync, writeFileSync } from 'node:fs';
import { armor, Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { expect, it } from 'vitest';
import {
  checkTakedownRequest,
  closeTakedown,
  scan,
  takeDown,
  takedownCase,
  takedownCounts,
  takedownHistory,
} from '../../src/app/index.js';
import { noticeText, receiptText } from '../../src/takedown/index.js';
import { languages } from '../../src/takedown/types.js';
import { drawnFolder } from './pictures.js';

const whole = {
  law: 'us-tida',
  received: '2026-01-31T09:15:00-05:00',
  signature: 'Ann Example',
  goodFaith: 'I believe in good faith that I did not agree to this.',
  contact: { email: 'ann@example.org' },
  identification: ['https://forum.example/a.jpg', '/etc/passwd', 'the post of Monday'],
};

async function site() {
  const { uploads, at, picture } = await drawnFolder(3);
  const options = { workers: 0, ledger: at('ledger.sqlite'), ownList: at('own.jsonl') };
  await scan([uploads], options);
  const request = (value: unknown) => {
    writeFileSync(at('request.json'), typeof value === 'string' ? value : JSON.stringify(value));
    return at('request.json');
  };
  return { at, picture, options, request };
}

it('a request is checked against its law; what it lacks is asked for, and only web addresses are targets', async () => {
  const { request } = await site();
  const { check, answer } = await checkTakedownRequest(request(whole));
  expect(check).toMatchObject({ missing: [], addresses: ['https://forum.example/a.jpg'], otherPlaces: 2 });
  expect(answer).not.toMatch(/Ann|example\.org/);
  const { signature: _, contact: __, ...poor } = whole;
  const lacking = await checkTakedownRequest(request({ ...poor, goodFaith: ' ' }));
  expect(lacking.check.missing).toHaveLength(3);
  for (const what of lacking.check.missing) expect(lacking.answer).toContain(what);
  // The law of the United Kingdom asks for no signature.
  expect((await checkTakedownRequest(request({ ...poor, law: 'uk-10-3a' }))).check.missing).toHaveLength(1);
  for (const bad of [
    '<html>',
    '[]',
    { ...whole, law: 'mars' },
    { ...whole, identification: [1] },
    { ...whole, received: 'today' },
  ])
    await expect(checkTakedownRequest(request(bad))).rejects.toThrow('request.json');
});

it('who made a request is only kept encrypted, and stands in no other file', async () => {
  const { at, options, request, picture } = await site();
  const secret = await generateX25519Identity();
  const takedownKeys = [await identityToRecipient(secret)];
  await takeDown([picture(1)], { ...options, caseId: '7' });
  const path = request(whole);
  await expect(checkTakedownRequest(path, { outputFile: at('r.age') })).rejects.toThrow('--recipient');
  await expect(
    checkTakedownRequest(path, { outputFile: at('r.age'), takedownKeys: ['age1no'] }),
  ).rejects.toThrow('no public key');
  await checkTakedownRequest(path, { ...options, caseId: '7', outputFile: at('r.age'), takedownKeys });
  const decrypter = new Decrypter();
  decrypter.addIdentity(secret);
  const sealed = readFileSync(at('r.age'), 'utf8');
  expect(JSON.parse(await decrypter.decrypt(armor.decode(sealed), 'text'))).toEqual(whole);
  for (const file of ['r.age', 'ledger.sqlite', 'ledger.sqlite-wal', 'own.jsonl'])
    expect(textIn(at(file))).not.toMatch(/Ann Example|ann@example/);
  expect((await takedownHistory({ ...options, caseId: '7' })).steps.at(-1)).toMatchObject({
    kind: 'request',
    missing: [],
  });
});

const textIn = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
};

it('the receipt tells what was done and nothing else; of a minor there is none', async () => {
  const { options, picture } = await site();
  await takeDown([picture(1)], { ...options, caseId: 'a', received: '2026-01-31T09:15Z' });
  const open = await takedownCase({ ...options, caseId: 'a' });
  const { case: closed } = await closeTakedown({ ...options, caseId: 'a', removed: ['1'], by: 'anna' });
  for (const language of languages) {
    expect(receiptText(open, language)).toContain('2026-02-02 09:15 UTC');
    const text = receiptText(closed, language);
    expect(text).toMatch(/2026-01-31 09:15 UTC[\s\S]*: 1 /);
    expect(text).not.toMatch(/1\.png|anna|[0-9a-f]{16}/);
    expect(noticeText(language, 'us@example.org')).toMatch(/48[\s\S]*us@example\.org[\s\S]*18/);
  }
  await takeDown([picture(2)], { ...options, caseId: 'm', category: 'csam' });
  const minor = await takedownCase({ ...options, caseId: 'm' });
  expect(() => receiptText(minor, 'en')).toThrow('concerns a minor');
});

it('the record has every step by name and time and no hash; the counts are those of a period', async () => {
  const { options, picture } = await site();
  const received = new Date(Date.now() - 3 * 3_600_000).toISOString();
  await takeDown([picture(1)], { ...options, caseId: 'a', received, by: 'bob' });
  await takeDown([picture(2)], { ...options, caseId: 'b', received: '2026-01-31T09:15Z' });
  await closeTakedown({ ...options, caseId: 'a', removed: ['1'], by: 'anna' });
  const { steps, recordsSha256 } = await takedownHistory({ ...options, caseId: 'a' });
  expect(steps.map(({ kind }) => kind)).toEqual([
    'opened',
    'listed',
    'searched',
    'marked',
    'searched',
    'closed',
  ]);
  expect([steps[0]!.by, steps[3]!.by]).toEqual(['bob', 'anna']);
  expect(recordsSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(JSON.stringify(steps)).not.toMatch(/[0-9a-f]{64}/);
  const counts = await takedownCounts(options);
  expect(counts).toMatchObject({ requests: 2, valid: 2, closed: 1, open: 1, late: 0, copiesByDigest: 2 });
  expect(counts.medianHours).toBeCloseTo(3, 1);
  expect(await takedownCounts(options, {}, Date.parse('2026-06-01'))).toMatchObject({ requests: 1 });
});
