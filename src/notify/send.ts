import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type CommandTarget,
  type EmailTarget,
  type NotifyTarget,
  requireHttps,
  secretOf,
  type WebhookTarget,
} from '../config/index.js';
import type { ChatRequest } from './chat-messages.js';
import type { Notice } from './notice.js';
import { words } from './words.js';

/** Raised where only some recipients accepted the notice. */
export class PartlySent extends Error {
  constructor(
    /** The recipients that accepted it, as the configuration names them. */
    readonly reached: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

/** Delivers a notice. Rejects with an error that holds no secret: PartlySent where some recipients accepted it. */
export async function send(target: NotifyTarget, notice: Notice): Promise<void> {
  if (target.type === 'email') return sendEmail(target, notice);
  if (target.type === 'webhook') return sendWebhook(target, notice);
  if (target.type === 'command') return runCommand(target, notice);
  const { chatRequest } = await import('./chat-messages.js');
  const request = chatRequest(target, words(notice), notice.id);
  requireHttps(request.url, target.allowPrivate, `the address of ${target.type}`);
  return post(() => request, target.allowPrivate);
}

async function sendEmail(target: EmailTarget, notice: Notice): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host: target.host,
    port: target.port,
    secure: target.tls === 'implicit',
    requireTLS: target.tls === 'starttls',
    ignoreTLS: target.tls === 'none',
    tls: { rejectUnauthorized: true, ...(target.caFile ? { ca: readFileSync(target.caFile, 'utf8') } : {}) },
    ...(target.user
      ? { auth: { user: target.user, pass: target.passwordFile ? secretOf(target.passwordFile) : '' } }
      : {}),
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const reached: string[] = [];
  let reason = '';
  try {
    // One message for each recipient: a message to all counts as accepted as soon as one of them accepts it.
    for (const to of target.to)
      try {
        await transport.sendMail({
          envelope: { from: target.from, to },
          from: target.from,
          to: [...target.to],
          messageId: `<${notice.id}@hashsieve>`,
          headers: { 'auto-submitted': 'auto-generated' },
          ...words(notice),
        });
        reached.push(to);
      } catch (error) {
        // The server's answer is left out because it may repeat what it was sent.
        const { code = 'unknown', responseCode } = error as { code?: string; responseCode?: number };
        reason ||= `the mail server did not take it (${code}${responseCode ? ` ${responseCode}` : ''})`;
        if (responseCode === undefined) break; // the server, not the recipient
      }
  } finally {
    transport.close();
  }
  if (reason === '') return;
  if (reached.length === 0) throw new Error(reason);
  const others = target.to.filter((to) => !reached.includes(to));
  throw new PartlySent(reached, `${others.join(', ')} did not get it, ${reached.length} did: ${reason}`);
}

/** Milliseconds of the pauses before the further tries. */
const pauses = [1_000, 4_000];

async function sendWebhook(target: WebhookTarget, notice: Notice): Promise<void> {
  const secret = secretOf(target.secretFile);
  const body = JSON.stringify(notice);
  const request = () => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
    const headers = {
      'content-type': 'application/json',
      'x-hashsieve-delivery': notice.id,
      'x-hashsieve-timestamp': timestamp,
      'x-hashsieve-signature': `sha256=${signature}`,
    };
    return { method: 'POST', url: target.url, headers, body } as const;
  };
  return post(request, target.allowPrivate);
}

/** Sends a request, three times at most. `make` is called for each try. */
async function post(make: () => ChatRequest, allowPrivate: boolean): Promise<void> {
  const { httpEngine, refusalOf, retrying } = await import('../net/index.js');
  const engine = httpEngine({
    refusal: (address) => refusalOf(address, allowPrivate),
    phases: { connect: 10_000, headers: 15_000, body: 15_000 },
  });
  const once = async () => {
    const { url, ...request } = make();
    const answer = await engine.request({ ...request, url: new URL(url) });
    await answer.drain();
    const { status } = answer;
    if (status < 200 || status > 299) throw new NotTaken(String(status), status >= 500 || status === 429);
  };
  try {
    await retrying(
      async () => once().catch((error: unknown) => Promise.reject(notTaken(error))),
      (error, tries) => (error instanceof NotTaken && error.mayPass ? pauses[tries - 1] : undefined),
      (pause) => delay(pause),
    );
  } finally {
    await engine.close();
  }
}

/** Raised where the webhook did not accept a notice. */
class NotTaken extends Error {
  constructor(
    why: string,
    /** True where another try may succeed. */
    readonly mayPass: boolean,
  ) {
    super(`the webhook did not take it (${why})`);
  }
}

function notTaken(error: unknown): NotTaken {
  if (error instanceof NotTaken) return error;
  const { code, cause } = error as { code?: string; cause?: { code?: string } };
  return new NotTaken(cause?.code ?? code ?? 'no connection', code !== 'refused-address');
}

function runCommand({ command, directory }: CommandTarget, notice: Notice): Promise<void> {
  const [program, ...args] = command;
  return new Promise((done, failed) => {
    // Runs in the configuration's directory. In that of the scan, a relative folder of PATH, and on Windows any name,
    // could lead to a program that somebody else put there.
    const child = spawn(program!, args, {
      cwd: directory,
      stdio: ['pipe', 'ignore', 'ignore'],
      signal: AbortSignal.timeout(60_000),
    });
    child.on('error', ({ message }) => failed(new Error(`the command failed (${message})`)));
    child.on('close', (code, signal) =>
      code === 0 ? done() : failed(new Error(`the command ended with ${signal ?? `code ${code}`}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(JSON.stringify(notice));
  });
}
