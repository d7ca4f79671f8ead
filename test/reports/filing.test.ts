import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Attachment, type Body, type Filed, fileDraft } from '../../src/filing/file-draft.js';
import type { Step, SubmissionRecord } from '../../src/filing/submission.js';
import { CyberTip, type Fault } from '../support/cybertip.js';
import { event } from './cases.js';
import { draftsOf } from './draft-case.js';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
const contents = ['first', 'second'].map((text) => Buffer.from(text));
const [draft] = draftsOf(
  { events: [event(1, 'https://a.example/1.jpg'), event(2, 'https://a.example/2.jpg')], to: [] },
  'ncmec',
);
const attachments: readonly Attachment[] = contents.map((bytes, i) => ({
  info: `fileinfo-00${i + 1}.xml`,
  xml: draft!.files[`fileinfo-00${i + 1}.xml`]!,
  fileName: `${i + 1}.jpg`,
  md5: md5(bytes),
  read: async () => bytes,
}));

/** The process ends here, as if it were killed. */
class Killed extends Error {}

let service: CyberTip;
let journal: string[];
let moments: number;
beforeEach(() => {
  service = new CyberTip();
  journal = [];
});

async function encode(body: Body): Promise<{ bytes: Buffer; type: string }> {
  if (body.kind === 'xml') return { bytes: Buffer.from(body.text), type: 'text/xml; charset=utf-8' };
  const form = new FormData();
  form.set('id', body.id);
  if (body.kind === 'file') form.set('file', new File([new Uint8Array(body.bytes)], body.fileName));
  const request = new Request('http://x/', { method: 'POST', body: form });
  return { bytes: Buffer.from(await request.arrayBuffer()), type: request.headers.get('content-type')! };
}

/** Runs filing; the process is killed at the given moment: each record and each request has a before and an after. */
async function file(
  killAt = Number.POSITIVE_INFINITY,
  report = draft!.files['report.xml']!,
  attached = attachments,
): Promise<Filed> {
  moments = 0;
  const moment = () => {
    moments += 1;
    if (moments === killAt) throw new Killed();
  };
  let dead = false;
  const alive = async <T>(action: () => Promise<T>): Promise<T> => {
    if (dead) return new Promise<T>(() => {});
    try {
      moment();
      const result = await action();
      moment();
      return result;
    } catch (error) {
      if (error instanceof Killed) {
        dead = true;
        throw error;
      }
      throw error;
    }
  };
  let kill: (error: unknown) => void = () => {};
  const killed = new Promise<never>((_, reject) => {
    kill = reject;
  });
  const guarded = <T>(action: () => Promise<T>): Promise<T> =>
    alive(action).catch((error) => {
      if (!(error instanceof Killed)) throw error;
      kill(error);
      return new Promise<T>(() => {}); // A killed process does nothing more.
    });
  const filing = {
    service: 'test' as const,
    endpoint: 'https://stand.in',
    report,
    attachments: attached,
    records: journal.map((line) => JSON.parse(line) as SubmissionRecord),
  };
  const ports = {
    post: (step: Step, body: Body) =>
      guarded(async () => {
        const { bytes, type } = await encode(body);
        const { status, xml } = await service.answer(step, bytes, type);
        return { status, body: xml };
      }),
    record: (record: SubmissionRecord) =>
      guarded(async () => {
        journal.push(JSON.stringify(record));
      }),
    pause: async () => {},
    now: () => '2026-06-01T12:00:00Z',
  };
  return Promise.race([fileDraft(filing, ports), killed]);
}

function expectFiledOnce(): void {
  expect(service.finished).toHaveLength(1);
  const [report] = service.finished;
  expect([...report!.files.values()].map((one) => [one.md5, one.details.length])).toEqual(
    contents.map((bytes) => [md5(bytes), 1]),
  );
}

describe('filing', () => {
  it('goes submit, upload and fileinfo for each file, finish; ids are filled in', async () => {
    expect(await file()).toEqual({ outcome: 'filed', reportId: '7000', already: false });
    expect(service.log).toEqual(['submit', 'upload', 'fileinfo', 'upload', 'fileinfo', 'finish']);
    expectFiledOnce();
    expect([...service.finished[0]!.files.values()][0]!.details[0]).toContain('<reportId>7000</reportId>');
    expect(await file()).toEqual({ outcome: 'filed', reportId: '7000', already: true });
    expect(service.log).toHaveLength(6);
  });

  it('files exactly once when it is killed at any moment, and run again', async () => {
    await file();
    const all = moments;
    expect(all).toBe(6 * 6);
    for (let at = 1; at <= all; at++) {
      service = new CyberTip();
      journal = [];
      await expect(file(at), `killed at ${at}`).rejects.toBeInstanceOf(Killed);
      expect((await file()).outcome, `after being killed at ${at}`).toBe('filed');
      expectFiledOnce();
    }
  });

  it('files exactly once when it is killed twice, at any two moments', async () => {
    for (let first = 1; first <= 36; first += 3) {
      for (let second = 1; second <= 20; second += 2) {
        service = new CyberTip();
        journal = [];
        await file(first).catch(() => {});
        await file(second).catch(() => {});
        expect((await file()).outcome, `killed at ${first}, ${second}`).toBe('filed');
        expectFiledOnce();
      }
    }
  });

  const steps = ['submit', 'upload', 'fileinfo', 'finish'] as const;
  it.each(steps)('sends %s again on the codes that allow it, and only then', async (step) => {
    for (const code of [1000, 1100, 1110, 1111, 1300]) {
      service = new CyberTip();
      journal = [];
      service.fault = (at, nth, moment) =>
        at === step && nth === 1 && moment === 'before' ? { code } : undefined;
      expect((await file()).outcome).toBe('filed');
      expect(service.reports).toHaveLength(1);
      expectFiledOnce();
    }
    for (const code of [2000, 3100, 4100, 4200]) {
      service = new CyberTip();
      journal = [];
      service.fault = (at, _nth, moment) => (at === step && moment === 'before' ? { code } : undefined);
      expect(await file()).toMatchObject({
        outcome: 'failed',
        step,
        message: expect.stringContaining(`code ${code}`),
      });
      expect(service.log.filter((one) => one === step)).toHaveLength(1);
      expect([service.open.length, service.finished.length]).toEqual([0, 0]);
    }
  });

  const lost: readonly (readonly [string, Fault])[] = steps.flatMap((step) =>
    (['before', 'after'] as const).flatMap((moment) =>
      ([{ drop: true }, { status: 502 }] as const).map(
        (action) =>
          [
            `${step} ${moment} ${'drop' in action ? 'the line goes dead' : 'a gateway answers'}`,
            (at, nth, when) => (at === step && nth === 1 && when === moment ? action : undefined),
          ] as const,
      ),
    ),
  );
  it.each(lost)('files exactly once when at %s', async (_where, fault) => {
    service.fault = fault;
    const first = await file();
    expect(service.finished.length).toBeLessThanOrEqual(1);
    if (first.outcome !== 'filed') expect((await file()).outcome).toBe('filed');
    expectFiledOnce();
  });

  it('does not know what became of a finish that is never answered, sends nothing but finish, and files no second', async () => {
    service.fault = (at, _nth, moment) =>
      at === 'finish' && moment === 'after' ? { drop: true } : undefined;
    expect(await file()).toMatchObject({ outcome: 'unknown', reportId: '7000' });
    const before = service.log.length;
    expect((await file()).outcome).toBe('unknown');
    expect(new Set(service.log.slice(before))).toEqual(new Set(['finish']));
    service.fault = () => undefined;
    expect(await file()).toEqual({ outcome: 'filed', reportId: '7000', already: false });
    expectFiledOnce();
  });

  it('starts anew when the service deleted the unfinished report meanwhile', async () => {
    await file(14).catch(() => {});
    service.reports.splice(0);
    const again = await file();
    if (again.outcome === 'failed') expect((await file()).outcome).toBe('filed');
    expectFiledOnce();
  });

  it('takes the report back when the draft was changed after it was opened', async () => {
    await file(18).catch(() => {});
    const edited = draft!.files['report.xml']!.replace('</platform>', ' edited</platform>');
    expect((await file(undefined, edited)).outcome).toBe('filed');
    expectFiledOnce();
    expect(service.finished[0]!.xml).toContain('edited');
  });

  it('takes the report back when details that it has were changed, or a file that it has is left out', async () => {
    const edited = attachments.map((one) => ({
      ...one,
      xml: one.xml.replace('</fileName>', ' edited</fileName>'),
    }));
    const inside = () => [...service.finished[0]!.files.values()].flatMap((one) => one.details);
    const all = 6 * 6;
    for (let at = 1; at <= all; at++) {
      service = new CyberTip();
      journal = [];
      await file(at).catch(() => {});
      const sent = service.finished.length > 0 || journal.some((line) => line.includes('"finish"'));
      expect((await file(undefined, undefined, edited)).outcome, `killed at ${at}`).toBe('filed');
      expectFiledOnce();
      for (const details of inside()) expect(details.includes(' edited'), `killed at ${at}`).toBe(!sent);
    }
    for (const at of [10, 18, 30]) {
      service = new CyberTip();
      journal = [];
      await file(at).catch(() => {});
      expect((await file(undefined, undefined, attachments.slice(1))).outcome).toBe('filed');
      expect(service.finished).toHaveLength(1);
      expect(inside()).toHaveLength(1);
      expect(inside()[0]).toContain('2.jpg');
    }
  });

  it('takes the report back when a file can no longer be read', async () => {
    const gone = attachments.map((one) => ({ ...one, read: () => Promise.reject(new Error('it is gone')) }));
    expect(await file(undefined, undefined, [attachments[0]!, gone[1]!])).toEqual({
      outcome: 'failed',
      step: 'upload',
      message: 'fileinfo-002.xml: it is gone',
    });
    expect([service.open.length, service.finished.length]).toEqual([0, 0]);
    expect((await file()).outcome).toBe('filed');
    expectFiledOnce();
  });

  it('takes the report back when other bytes arrived than were found', async () => {
    const original = attachments[0]!.read;
    Object.assign(attachments[0]!, { read: async () => Buffer.from('swapped') });
    expect(await file()).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('other bytes'),
    });
    expect(service.open).toHaveLength(0);
    Object.assign(attachments[0]!, { read: original });
    expect((await file()).outcome).toBe('filed');
    expectFiledOnce();
  });

  it('keeps the services apart: what was filed with one is not filed with the other', async () => {
    await file();
    journal = journal.map((line) => line.replaceAll('https://stand.in', 'https://another'));
    expect(await file()).toMatchObject({ already: false });
    expect(service.finished).toHaveLength(2);
  });
});
