import type { Socket } from 'node:net';
import { Busy, TooLarge } from '../../../app/index.js';
import { printable } from '../../../core/index.js';
import type { FrontSetup } from '../../types.js';
import { logAnswer, requestId } from '../answers.js';
import { type Command, readCommand } from './commands.js';
import { scanPath } from './scan-path.js';
import { ChunkReader } from './stream.js';
import { commandsText, statsText, tooLarge, versionText, wordsOf } from './texts.js';

/** The most commands of a session that may wait for their replies. Until one is answered, the front reads no more. */
const mostUnderWay = 8;
/** Bytes of replies that a client may leave unread. */
const mostUnread = 1_000_000;
/** Milliseconds for which the front reads and drops bytes after the last reply, so that the client can read it. */
const farewell = 2000;

const pathCommands = ['SCAN', 'CONTSCAN', 'MULTISCAN', 'ALLMATCHSCAN'];

/** One connection of a client of clamd. */
export class ClamdConnection {
  #received: Buffer[] = [];
  #stream: { readonly reader: ChunkReader; readonly command: Command; readonly number: number } | undefined;
  /** In a session, the number of its last command; undefined outside of one. */
  #session: number | undefined;
  #underWay = 0;
  /** True once the front takes no more commands. */
  #isOver = false;
  #isRetiring = false;
  #deadline: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: Socket,
    private readonly setup: FrontSetup,
  ) {
    socket.setTimeout(setup.patience.idle, () => this.#timeOut());
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    // A client may close its side after its last command, and still reads.
    socket.on('end', () => this.#noMore());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isOver = true;
      clearTimeout(this.#deadline);
      this.#stream?.reader.receipt.release();
      this.#stream = undefined;
    });
  }

  /** True while a command waits for its reply. */
  get isBusy(): boolean {
    return this.#underWay > 0;
  }

  /** Ends the connection as soon as all its commands are answered. */
  retire(): void {
    this.#isRetiring = true;
    if (this.#underWay === 0 && !this.#stream) this.#end();
  }

  #take(bytes: Buffer): void {
    if (this.#isOver) return; // after the last reply
    let rest: Buffer | undefined = bytes;
    while (rest && !this.#isOver) {
      if (!this.#stream && this.#underWay >= mostUnderWay) {
        this.#received.push(rest);
        this.socket.pause();
        return;
      }
      rest = this.#stream ? this.#takeStream(rest) : this.#takeCommand(rest);
    }
  }

  #takeStream(bytes: Buffer): Buffer | undefined {
    const { reader, command, number } = this.#stream!;
    try {
      const rest = reader.take(bytes);
      if (!rest) return undefined;
      this.#stream = undefined;
      clearTimeout(this.#deadline);
      this.#answer(command, number, () => this.#scan(reader));
      return rest;
    } catch (error) {
      reader.receipt.release();
      this.#stream = undefined;
      const isLarge = error instanceof RangeError || error instanceof TooLarge;
      this.#warn(isLarge ? 'a stream was too large' : 'too many uploads wait');
      this.#reply(command, number, isLarge ? tooLarge : 'stream: Too many uploads wait. ERROR');
      this.#end();
      return undefined;
    }
  }

  async #scan({ receipt }: ChunkReader): Promise<string> {
    try {
      const bytes = receipt.bytes();
      const answer = await this.setup.uploads.scan({ bytes, via: 'clamd' });
      logAnswer(this.setup, { front: 'clamd', request: requestId(), bytes: bytes.length }, answer);
      return `stream: ${wordsOf(answer)}`;
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      return 'stream: Too many uploads wait. ERROR';
    } finally {
      receipt.release();
    }
  }

  #takeCommand(bytes: Buffer): Buffer | undefined {
    this.#received.push(bytes);
    const all = this.#received.length === 1 ? bytes : Buffer.concat(this.#received);
    const read = readCommand(all);
    this.#received = read === undefined ? [all] : [];
    if (read === undefined) return undefined;
    if (read === 'unknown') {
      this.#unknown({ word: '', argument: '', end: '\n', isPrefixed: false });
      return undefined;
    }
    this.#run(read.command);
    const rest = all.subarray(read.length);
    return rest.length > 0 ? rest : undefined;
  }

  #run(command: Command): void {
    const { word, isPrefixed } = command;
    const isInSession = this.#session !== undefined;
    if (isInSession && !isPrefixed) this.#unknown(command);
    else if (word === 'IDSESSION' && isPrefixed && !isInSession) this.#session = 0;
    else if (word === 'END' && isInSession) this.#noMore();
    else this.#runNumbered(command, this.#session === undefined ? 0 : ++this.#session);
  }

  #runNumbered(command: Command, number: number): void {
    const { word, argument, isPrefixed } = command;
    if (word === 'INSTREAM' && isPrefixed) {
      const { uploads, patience } = this.setup;
      const reader = new ChunkReader(uploads.receive(), uploads.maxBytes);
      this.#stream = { reader, command, number };
      this.#deadline = setTimeout(() => this.#timeOut(), patience.request);
      return;
    }
    if (pathCommands.includes(word) && argument !== '') {
      this.#answerAll(command, number, scanPath(argument, word !== 'SCAN', this.setup));
      return;
    }
    const text = argument === '' ? this.#textFor(word) : undefined;
    if (text === undefined) this.#unknown(command, number);
    else this.#answer(command, number, async () => text);
  }

  /** The reply to a command that only asks; undefined for an unknown one. SHUTDOWN and FILDES count as unknown. */
  #textFor(word: string): string | undefined {
    const { uploads, clamdRoot } = this.setup;
    if (word === 'PING') return 'PONG';
    if (word === 'VERSION') return versionText(uploads);
    if (word === 'VERSIONCOMMANDS') return commandsText(uploads, clamdRoot !== undefined);
    if (word === 'STATS') return statsText(uploads);
    if (word !== 'RELOAD') return undefined;
    uploads.reload().catch((error: unknown) => this.#warn(`RELOAD failed: ${printable(String(error))}`));
    return 'RELOADING';
  }

  #answer(command: Command, number: number, work: () => Promise<string>): void {
    const one = async function* () {
      yield await work();
    };
    this.#answerAll(command, number, one());
  }

  /** Sends every reply to a command. Outside of a session a connection has only one command. */
  #answerAll(command: Command, number: number, texts: AsyncIterable<string>): void {
    this.#underWay += 1;
    this.socket.setTimeout(0);
    if (this.#session === undefined) this.#isOver = true;
    const all = async () => {
      for await (const text of texts) {
        if (this.socket.destroyed) break;
        this.#reply(command, number, text);
      }
    };
    all()
      .catch((error: unknown) => {
        this.setup.voice.say(
          `clamd: failed, please report this: ${printable(String((error as Error).stack))}`,
          {
            level: 'error',
          },
        );
        this.#reply(command, number, 'stream: Failed. ERROR');
      })
      .finally(() => this.#answered());
  }

  #answered(): void {
    this.#underWay -= 1;
    if (this.#underWay === 0 && (this.#isOver || this.#isRetiring)) {
      this.#end();
      return;
    }
    if (this.#underWay === 0) this.socket.setTimeout(this.setup.patience.idle);
    if (!this.socket.isPaused()) return;
    this.socket.resume();
    const waiting = this.#received;
    this.#received = [];
    this.#take(Buffer.concat(waiting));
  }

  #reply({ end }: Command, number: number, text: string): void {
    if (!this.socket.writable) return;
    this.socket.write(`${number > 0 ? `${number}: ` : ''}${text}${end}`);
    // A client that reads no reply must not fill the memory with them.
    if (this.socket.writableLength > mostUnread) this.socket.destroy();
  }

  #unknown(command: Command, number = 0): void {
    this.#warn('an unknown command');
    this.#reply(command, number, 'UNKNOWN COMMAND');
    this.#end();
  }

  /** The client sends no more commands. The connection ends once those that it sent are answered. */
  #noMore(): void {
    this.#isOver = true;
    if (this.#stream) this.socket.destroy();
    else if (this.#underWay === 0) this.#end();
  }

  #timeOut(): void {
    if (this.#underWay > 0 && !this.#stream) return;
    this.#warn('a client sent nothing, or too slowly');
    if (this.socket.writable) this.socket.write('COMMAND READ TIMED OUT\n');
    this.#end();
  }

  /**
   * Ends the connection. For `farewell` milliseconds it drops what the client still sends, so that the client can read
   * the last reply.
   */
  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#deadline);
    this.#stream?.reader.receipt.release();
    this.#stream = undefined;
    this.#received = [];
    this.socket.end();
    this.socket.resume();
    this.socket.setTimeout(0);
    const timer = setTimeout(() => this.socket.destroy(), farewell);
    this.socket.once('close', () => clearTimeout(timer));
  }

  #warn(what: string): void {
    this.setup.voice.say(`clamd: ${what}`, { level: 'warning', front: 'clamd' });
  }
}
