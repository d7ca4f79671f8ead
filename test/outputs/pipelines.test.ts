import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { emptySummary } from '../../src/core/summary.js';
import type { DetectionEvent } from '../../src/core/types.js';
import { formatOfFile, outputFormats, plain } from '../../src/outputs/index.js';
import type { OtherRecord, OutputRecord } from '../../src/outputs/types.js';
import { tempDir } from '../support/cli.js';
import { itWith, programPath } from '../support/programs.js';

const hash = 'd8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22';
const event: DetectionEvent = {
  schema: 'hashsieve/event/1',
  outcome: 'matched',
  id: '4f6c0e2b8d1a4c7f9e3b5a6d7c8e9f01',
  detectedAt: '2026-05-01T03:17:09.120Z',
  scanId: '00000000-0000-0000-0000-000000000000',
  tool: { name: 'hashsieve', version: '1.2.3' },
  uri: 'file:///srv/ci/assets/100%25%2Ca%3Ab%20%26lt%3B.png',
  asset: { mediaType: 'image/png', size: 7 },
  digests: { md5: 'a'.repeat(32), sha1: 'b'.repeat(40), sha256: 'c'.repeat(64) },
  fingerprints: [],
  best: {
    list: 'secret-list',
    entryId: 'scene-1',
    algorithm: 'pdq',
    hash,
    distance: 3,
    threshold: 31,
    band: 'strong',
    category: 'csam',
    classification: 'A1',
  },
  matches: [],
  matchCount: 1,
  lists: [{ name: 'secret-list', sha256: 'd'.repeat(64), entries: 1 }],
} as unknown as DetectionEvent;
const unread: OtherRecord = {
  schema: 'hashsieve/result/1',
  outcome: 'failed',
  uri: 'file:///srv/other/broken.jpg',
  scanId: event.scanId,
  stage: 'decode',
  code: 'undecodable',
  message: 'said by a decoder',
};
const noPicture: OtherRecord = {
  ...unread,
  outcome: 'skipped',
  uri: 'file:///srv/ci/a.txt',
  code: 'not-an-image',
};
const settled: OutputRecord = {
  ...event,
  id: '00000000000000000000000000000002',
  suppressed: { list: 'allow', entryId: 'x' },
};
const possible: OutputRecord = {
  ...event,
  id: '00000000000000000000000000000003',
  best: { ...event.best, band: 'possible' },
};

function written(format: 'sarif' | 'junit' | 'github' | 'gitlab', records: readonly OutputRecord[]): string {
  const directory = 'file:///srv/ci';
  const writer = outputFormats[format].create({
    palette: plain,
    verbose: false,
    directory,
    version: '1.2.3',
  });
  const summary = { ...emptySummary(), found: records.length, pictures: records.length };
  for (const { outcome } of records) summary.outcomes[outcome] += 1;
  return writer.begin() + records.map((record) => writer.record(record)).join('') + writer.end(summary);
}

const all = [event, unread, noPicture, settled, possible];

it.each(['sarif', 'junit', 'github', 'gitlab'] as const)(
  '%s tells of a match its place and its event, and nothing of what is listed',
  (format) => {
    const text = written(format, all);
    expect(text).toContain(event.id);
    expect(text).toContain('100%');
    for (const secret of [
      hash,
      'secret-list',
      'scene-1',
      'csam',
      'A1',
      'aaaaaaaa',
      'cccccccc',
      'dddddddd',
      'pdq',
    ])
      expect(text).not.toContain(secret);
  },
);

/** Documents of this shape were valid by the schema of OASIS (errata 01), which no package brings in a steady version. */
it('sarif is a log of version 2.1.0 with places relative to the working directory, empty or not', () => {
  const place = 'assets/100%25%2Ca%3Ab%20%26lt%3B.png';
  const result = (ruleId: string, level: string, uri: string) => ({
    ruleId,
    level,
    message: { text: expect.stringMatching(/^(Match with known material|Not looked at)[^\n]*\.$/) },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: 1 } } }],
  });
  const log = JSON.parse(written('sarif', all));
  expect(log).toEqual({
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'hashsieve',
            version: '1.2.3',
            rules: ['known-image', 'possible-known-image', 'test-image', 'not-looked-at'].map((id) => ({
              id,
              shortDescription: { text: expect.stringMatching(/\.$|exercise/) },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: false }],
        properties: { found: 5, matched: 3, clear: 0, skipped: 1, failed: 1 },
        results: [
          {
            ...result('known-image', 'error', place),
            partialFingerprints: { 'hashsieveEvent/v1': event.id },
          },
          result('not-looked-at', 'warning', 'file:///srv/other/broken.jpg'),
          {
            ...result('known-image', 'note', place),
            partialFingerprints: { 'hashsieveEvent/v1': settled.outcome === 'matched' && settled.id },
            suppressions: [{ kind: 'external', justification: 'allow list' }],
          },
          {
            ...result('possible-known-image', 'warning', place),
            partialFingerprints: { 'hashsieveEvent/v1': possible.outcome === 'matched' && possible.id },
          },
        ],
      },
    ],
  });
  expect(JSON.parse(written('sarif', [])).runs[0]).toMatchObject({ results: [] });
});

it('an annotation of GitHub is one line, and a name cannot end a property or begin a command', () => {
  const hostile = { ...unread, uri: 'file:///srv/ci/a%0A%3A%3Aerror%3A%3Ab,title=c.png' };
  const lines = written('github', [event, hostile, noPicture, settled]).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toMatch(
    /^::error file=assets\/100%25%2Ca%3Ab &lt;\.png,title=hashsieve%3A known-image::Match with known material: /,
  );
  expect(lines[1]).toMatch(/^::warning file=a\\x0A%3A%3Aerror%3A%3Ab%2Ctitle=c\.png,title=/i);
  expect(lines[2]).toMatch(/^::notice .*\(allow list\)$/);
});

it('a code quality report has one issue for each open finding, each with a fingerprint of its own', () => {
  const issues = JSON.parse(written('gitlab', all));
  expect(issues.map(({ severity }: { severity: string }) => severity)).toEqual(['blocker', 'major', 'major']);
  expect(new Set(issues.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).size).toBe(3);
  expect(issues[0]).toEqual({
    description: expect.stringContaining('Match with known material'),
    check_name: 'known-image',
    fingerprint: event.id,
    severity: 'blocker',
    location: { path: 'assets/100%,a:b &lt;.png', lines: { begin: 1 } },
  });
  expect(JSON.parse(written('gitlab', []))).toEqual([]);
});

itWith(
  ['junitparser'],
  'a consumer of JUnit files counts matches as failures, and is not green where something is unread',
  () => {
    const counts = (records: readonly OutputRecord[]) => {
      const file = join(tempDir(), 'run.xml');
      const merged = join(tempDir(), 'merged.xml');
      writeFileSync(file, written('junit', records));
      execFileSync(programPath('junitparser'), ['merge', file, merged]);
      const { status } = spawnSync(programPath('junitparser'), ['verify', file]);
      const [head] = /<testsuites[^>]*>/.exec(readFileSync(merged, 'utf8'))!;
      const numbers = ['errors', 'failures', 'skipped', 'tests'].map(
        (name) => new RegExp(` ${name}="(\\d+)"`).exec(head)![1],
      );
      return { status, numbers: numbers.map(Number) };
    };
    // errors, failures, skipped, tests: the run itself is one more case where it is not complete
    expect(counts(all)).toEqual({ status: 1, numbers: [2, 2, 2, 6] });
    expect(counts([unread])).toEqual({ status: 1, numbers: [2, 0, 0, 2] });
    expect(counts([{ ...noPicture, outcome: 'clear' }])).toEqual({ status: 0, numbers: [0, 0, 0, 1] });
  },
);

it('the extension selects the format, and the name that was asked for decides between two', () => {
  expect(formatOfFile('a.sarif')).toBe('sarif');
  expect(formatOfFile('a.xml')).toBe('junit');
  expect(formatOfFile('a.json')).toBe('json');
  expect(formatOfFile('a.json', 'gitlab')).toBe('gitlab');
  expect(formatOfFile('a.csv', 'gitlab')).toBe('csv');
});
