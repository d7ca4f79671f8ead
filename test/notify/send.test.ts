import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandTarget, WebhookTarget } from '../../src/config/index.js';
import type { DetectionEvent } from '../../src/core/types.js';
import { noticeOf, send } from '../../src/notify/index.js';
import { serve } from '../fetchers/local-server.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hashsieve-'));
  writeFileSync(join(directory, 'secret'), 'shared\n');
});
afterEach(() => rmSync(directory, { recursive: true }));

const best = { list: 'known', entryId: 'e', algorithm: 'pdq', distance: 3, threshold: 31, category: 'own' };
const event = {
  id: '0a',
  uri: 'file:///a.jpg',
  detectedAt: '2026-11-30T00:00:00.000Z',
  best: { ...best, listedHash: 'secret-hash' },
  digests: { sha256: 'digest' },
} as unknown as DetectionEvent;
const notice = noticeOf('n-1', [event]);

describe('a notice', () => {
  it('says what was found where, and carries no hash', () => {
    expect(notice.detections).toMatchObject([
      { id: '0a', uri: 'file:///a.jpg', list: 'known', entryId: 'e' },
    ]);
    expect(JSON.stringify(notice)).not.toMatch(/secret-hash|digest/);
  });
});

describe('a webhook', () => {
  const target = (port: number): WebhookTarget => ({
    name: 'web',
    type: 'webhook',
    url: `http://127.0.0.1:${port}/hook`,
    secretFile: join(directory, 'secret'),
    allowPrivate: true,
  });

  it('gets it once, signed with its secret', async () => {
    let body = '';
    const server = await serve(async (request, response) => {
      for await (const chunk of request) body += String(chunk);
      response.end();
    });
    await send(target(server.port), notice);
    expect(JSON.parse(body)).toEqual(notice);
    const { headers } = server.requests[0]!;
    const signed = `${headers['x-hashsieve-timestamp']}.${body}`;
    const expected = createHmac('sha256', 'shared').update(signed).digest('hex');
    expect(headers['x-hashsieve-signature']).toBe(`sha256=${expected}`);
    expect(headers['x-hashsieve-delivery']).toBe('n-1');
    expect(server.requests).toHaveLength(1);
  });

  it('that refuses it is not asked again, and its words are not repeated', async () => {
    const server = await serve((_, response) => response.writeHead(403).end('your secret is shared'));
    await expect(send(target(server.port), notice)).rejects.toThrow('the webhook did not take it (403)');
    expect(server.requests).toHaveLength(1);
  });

  it('in a private network is not asked unless it may be', async () => {
    const server = await serve((_, response) => response.end());
    await expect(send({ ...target(server.port), allowPrivate: false }, notice)).rejects.toThrow(
      'did not take it',
    );
    expect(server.connections).toBe(0);
  });
});

describe('a command', () => {
  const target = (script: string): CommandTarget => ({
    name: 'run',
    type: 'command',
    command: [process.execPath, '-e', script],
    directory,
  });

  it('gets it on standard input, in the folder of the configuration', async () => {
    const script =
      "process.stdin.pipe(require('node:fs').createWriteStream('got.json')).on('close', () => process.exit(0))";
    await send(target(script), notice);
    expect(JSON.parse(readFileSync(join(directory, 'got.json'), 'utf8'))).toEqual(notice);
  });

  it('that fails is told by its code, one that is not there by its error', async () => {
    await expect(send(target('process.exitCode = 7'), notice)).rejects.toThrow('code 7');
    await expect(send({ ...target(''), command: ['no-such-program'] }, notice)).rejects.toThrow('ENOENT');
  });
});
