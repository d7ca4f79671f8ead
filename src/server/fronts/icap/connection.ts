import type { Socket } from 'node:net';
import { Busy, type Receipt, TooLarge, type UploadAnswer } from '../../../app/index.js';
import { printable } from '../../../core/index.js';
import type { FrontSetup } from '../../types.js';
import { logAnswer, refusalName, requestId, unreadName } from '../answers.js';
import { ByteSource, Malformed } from './byte-source.js';
import { filesIn, saidIn } from './files.js';
import { type IcapRequest, readChunks, readRequest } from './message.js';
import { bareReply, echoReply, optionsReply, refusalReply } from './replies.js';

/** One connection of a client of ICAP. */
export class IcapConnection {
  /** True while the front scans an upload of this connection. */
  isBusy = false;
  #isWaiting = true;
  #isRetiring = false;

  constructor(
    private readonly socket: Socket,
    private readonly setup: FrontSetup,
  ) {
    socket.setTimeout(setup.patience.idle, () => {
      if (!this.isBusy) socket.destroy();
    });
    socket.on('error', () => {});
    this.#serve().catch((error: unknown) => this.#fail(error));
  }

  /** Ends the connection as soon as its request is answered. */
  retire(): void {
    this.#isRetiring = true;
    if (this.#isWaiting) this.socket.end();
  }

  async #serve(): Promise<void> {
    const source = new ByteSource(this.socket);
    for (;;) {
      this.#isWaiting = true;
      // The deadline holds for the header, too: a client that sends a byte now and then is never idle.
      const deadline = setTimeout(() => this.socket.destroy(), this.setup.patience.request);
      try {
        const request = await readRequest(source);
        if (!request) break;
        this.#isWaiting = false;
        const isLast = await this.#answer(request, source, () => clearTimeout(deadline));
        if (isLast || this.#isRetiring) break;
      } finally {
        clearTimeout(deadline);
      }
    }
    this.socket.end();
  }

  /** Answers one request. Returns true where no other can follow, because its body was not read to the end. */
  async #answer(request: IcapRequest, source: ByteSource, received: () => void): Promise<boolean> {
    const { uploads, patience } = this.setup;
    if (request.method === 'OPTIONS') {
      this.#write(optionsReply(uploads, patience.connections));
      return false;
    }
    if (!/^(REQ|RESP)MOD$/.test(request.method)) {
      this.#write(bareReply('405 Method not allowed', uploads, true));
      return true;
    }
    const receipt = uploads.receive();
    try {
      if (request.hasBody) await this.#receive(request, source, receipt);
      received();
      this.isBusy = true;
      const bytes = receipt.bytes();
      const name = request.hasBody ? await this.#scan(request, bytes) : undefined;
      if (name !== undefined) this.#write(refusalReply(name, uploads));
      else if (request.allows204) this.#write(bareReply('204 No Content', uploads));
      else this.#write(echoReply(request, bytes, uploads));
      return false;
    } catch (error) {
      if (error instanceof Busy) this.#write(bareReply('503 Service overloaded', uploads, true));
      else if (!(error instanceof TooLarge || error instanceof RangeError)) throw error;
      else if (uploads.refusesUnread) this.#write(refusalReply(unreadName, uploads));
      else this.#write(bareReply(request.allows204 ? '204 No Content' : '413 Too large', uploads, true));
      return true;
    } finally {
      this.isBusy = false;
      receipt.release();
    }
  }

  async #receive({ hasPreview }: IcapRequest, source: ByteSource, receipt: Receipt): Promise<void> {
    const left = () => this.setup.uploads.maxBytes - receipt.size;
    const take = (piece: Buffer) => receipt.add(piece);
    const isWhole = await readChunks(source, take, left);
    if (!hasPreview || isWhole) return;
    this.#write('ICAP/1.0 100 Continue\r\n\r\n');
    await readChunks(source, take, left);
  }

  /** Scans the files of a request. Returns the name of the refusal, or undefined where none of them is refused. */
  async #scan(request: IcapRequest, body: Uint8Array): Promise<string | undefined> {
    const { uploads } = this.setup;
    const said = saidIn(request);
    const id = requestId();
    const refused: UploadAnswer[] = [];
    for (const { bytes, name } of await filesIn(request, body, uploads.maxBytes)) {
      const answer = await uploads.scan({ bytes, via: 'icap', ...said, ...(name ? { name } : {}) });
      logAnswer(this.setup, { front: 'icap', request: id, bytes: bytes.length }, answer);
      if (answer.refuse) refused.push(answer);
    }
    const gravest = refused.find(({ verdict }) => verdict === 'match') ?? refused[0];
    return gravest && refusalName(gravest);
  }

  #write(bytes: string | Uint8Array): void {
    if (!this.socket.writable) return;
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1');
    else this.socket.write(bytes);
  }

  #fail(error: unknown): void {
    const { voice, uploads } = this.setup;
    if (error instanceof Malformed) {
      voice.say(`icap: ${error.message}`, { level: 'warning', front: 'icap' });
      this.#write(bareReply('400 Bad request', uploads, true));
      this.socket.end();
      // For a second the front drops what the client still sends, so that the client can read the answer.
      this.socket.resume();
      setTimeout(() => this.socket.destroy(), 1000).unref();
      return;
    }
    if (!this.socket.destroyed)
      voice.say(`icap: failed, please report this: ${printable(String((error as Error).stack))}`, {
        level: 'error',
      });
    this.socket.destroy();
  }
}
