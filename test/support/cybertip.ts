import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { judgeXml } from '../reports/ncmec-validator.js';

/** A stand-in of the CyberTipline's reporting service on loopback, written from its published tables. */

interface OpenReport {
  readonly id: string;
  readonly xml: string;
  state: 'open' | 'finished' | 'retracted';
  /** File id → what came. */
  readonly files: Map<string, { readonly md5: string; readonly name: string; readonly details: string[] }>;
}

/** Names where a fault goes: `upload#2 before`. Before: nothing is done; after: it is done but the answer is lost. */
export type Fault = (step: string, nth: number, moment: 'before' | 'after') => FaultAction | undefined;
export type FaultAction = { readonly code?: number; readonly status?: number; readonly drop?: true };

export class CyberTip {
  readonly reports: OpenReport[] = [];
  /** Every request by step, in order. */
  readonly log: string[] = [];
  readonly authorizations = new Set<string | undefined>();
  fault: Fault = () => undefined;
  private readonly counts = new Map<string, number>();
  private server: Server | undefined;

  get finished(): readonly OpenReport[] {
    return this.reports.filter((report) => report.state === 'finished');
  }
  get open(): readonly OpenReport[] {
    return this.reports.filter((report) => report.state === 'open');
  }

  /** What the service answers to a step; throws `Dropped` where the line goes dead. */
  async answer(step: string, body: Buffer, type: string): Promise<{ status: number; xml: string }> {
    const nth = (this.counts.get(step) ?? 0) + 1;
    this.counts.set(step, nth);
    this.log.push(step);
    const faulty = (moment: 'before' | 'after') => {
      const action = this.fault(step, nth, moment);
      if (action?.drop) throw new Dropped();
      if (action?.status) return { status: action.status, xml: '<html>gateway</html>' };
      if (action?.code !== undefined) return { status: 200, xml: response(action.code, 'fault') };
      return undefined;
    };
    const early = faulty('before');
    if (early) return early;
    const xml = await this.handle(step, body, type);
    return faulty('after') ?? { status: 200, xml };
  }

  private async handle(step: string, body: Buffer, type: string): Promise<string> {
    if (step === 'submit' || step === 'fileinfo') {
      if (!/^text\/xml; ?charset=utf-8$/i.test(type)) return response(4000, 'wrong type');
      const wrong = judgeXml(body.toString());
      if (wrong.length > 0) return response(4100, wrong[0]!);
    }
    if (step === 'submit') {
      const id = String(7000 + this.reports.length);
      this.reports.push({ id, xml: body.toString(), state: 'open', files: new Map() });
      return response(0, 'Success', `<reportId>${id}</reportId>`);
    }
    const form =
      step === 'fileinfo'
        ? undefined
        : await new Response(body, { headers: { 'content-type': type } }).formData();
    const id = form ? String(form.get('id')) : /<reportId>(\d+)</.exec(body.toString())?.[1];
    const report = this.reports.find((one) => one.id === id);
    if (!report) return response(5001, 'Report does not exist');
    if (report.state === 'finished') return response(5102, 'Report already finished');
    if (report.state === 'retracted') return response(5101, 'Report already retracted');
    if (step === 'upload') {
      const file = form!.get('file') as File;
      const md5 = createHash('md5')
        .update(Buffer.from(await file.arrayBuffer()))
        .digest('hex');
      const fileId = createHash('md5').update(`${id} ${report.files.size}`).digest('hex');
      report.files.set(fileId, { md5, name: file.name, details: [] });
      return response(
        0,
        'Success',
        `<reportId>${id}</reportId><fileId>${fileId}</fileId><hash>${md5}</hash>`,
      );
    }
    if (step === 'fileinfo') {
      const file = report.files.get(/<fileId>([0-9a-f]{32})</.exec(body.toString())?.[1] ?? '');
      if (!file) return response(5002, 'File does not exist');
      file.details.push(body.toString());
      return response(0, 'Success', `<reportId>${id}</reportId>`);
    }
    if (step === 'finish') {
      report.state = 'finished';
      const ids = [...report.files.keys()].map((fileId) => `<fileId>${fileId}</fileId>`).join('');
      return `<?xml version="1.0"?><reportDoneResponse><responseCode>0</responseCode><reportId>${id}</reportId><files>${ids}</files></reportDoneResponse>`;
    }
    if (step === 'retract') {
      report.state = 'retracted';
      return response(0, 'Success', `<reportId>${id}</reportId>`);
    }
    return response(1210, 'Resource not found');
  }

  /** Starts listening; returns the base address. */
  async listen(): Promise<string> {
    this.server = createServer(async (request, reply) => {
      this.authorizations.add(request.headers.authorization);
      const body = await bodyOf(request);
      try {
        const step = request.url!.replace('/ispws/', '');
        const { status, xml } = await this.answer(step, body, request.headers['content-type'] ?? '');
        reply.writeHead(status, { 'content-type': 'text/xml', 'request-id': `r${this.log.length}` }).end(xml);
      } catch (error) {
        if (!(error instanceof Dropped)) throw error;
        request.socket.destroy();
      }
    });
    await new Promise<void>((resolve) => this.server!.listen(0, '127.0.0.1', resolve));
    const { port } = this.server.address() as { port: number };
    return `http://127.0.0.1:${port}/ispws`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
  }
}

export class Dropped extends Error {}

const response = (code: number, description: string, more = '') =>
  `<?xml version="1.0"?><reportResponse><responseCode>${code}</responseCode><responseDescription>${description.replace(/[<&]/g, ' ')}</responseDescription>${more}</reportResponse>`;

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
