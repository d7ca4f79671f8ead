import type { IncomingMessage } from 'node:http';
import { Busy, type Receipt, TooLarge, type UploadPort } from '../../../app/index.js';
import { BadRequest } from './replies.js';

/** A file of a request. */
export interface ReceivedFile {
  readonly receipt: Receipt;
  /** Name as the sender gave it. */
  readonly name?: string;
  /** Name of the form's field; absent for a body that is the file itself. */
  readonly field?: string;
}

/** The limits of one form: an upload of pictures has few parts. */
const formLimits = {
  files: 16,
  fields: 64,
  parts: 80,
  fieldSize: 65_536,
  fieldNameSize: 200,
  headerPairs: 64,
} as const;

/**
 * Receives the files of a request: its body, or the files of a form. The caller releases the receipts. Raises TooLarge,
 * Busy and BadRequest; then it has released all of them itself.
 */
export async function receiveFiles(incoming: IncomingMessage, uploads: UploadPort): Promise<ReceivedFile[]> {
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity')
    throw new BadRequest(415, 'send the body without content-encoding');
  const announced = Number(incoming.headers['content-length'] ?? 0);
  const isForm = /^multipart\/form-data\b/i.test(incoming.headers['content-type'] ?? '');
  // A form is a little larger than its files.
  if (announced > uploads.maxBytes + (isForm ? 1_000_000 : 0))
    throw new TooLarge(`larger than ${uploads.maxBytes} bytes`);
  return isForm ? receiveForm(incoming, uploads) : [{ receipt: await receiveBody(incoming, uploads) }];
}

/**
 * Receives a body as one file. The caller releases the receipt. Raises TooLarge, Busy, and BadRequest where it is cut
 * off.
 */
export async function receiveBody(incoming: IncomingMessage, uploads: UploadPort): Promise<Receipt> {
  const receipt = uploads.receive();
  try {
    // Where a body is too large, the connection must stay open until the front has sent its answer.
    for await (const piece of incoming.iterator({ destroyOnReturn: false })) receipt.add(piece as Buffer);
    return receipt;
  } catch (error) {
    receipt.release();
    throw error instanceof Busy || error instanceof TooLarge ? error : cut();
  }
}

const cut = () => new BadRequest(400, 'the body ended before its end');

async function receiveForm(incoming: IncomingMessage, uploads: UploadPort): Promise<ReceivedFile[]> {
  const { default: busboy } = await import('busboy');
  const files: ReceivedFile[] = [];
  try {
    await new Promise<void>((done, failed) => {
      const form = busboy({ headers: incoming.headers, limits: formLimits, defParamCharset: 'utf8' });
      const fail = (error: Error) => {
        incoming.unpipe(form);
        failed(error);
      };
      const tooMany = () => fail(new BadRequest(413, 'too many parts in the form'));
      form.on('file', (field, stream, { filename }) => {
        const receipt = uploads.receive();
        files.push({ receipt, field, ...(filename ? { name: filename } : {}) });
        stream.on('data', (piece: Buffer) => {
          try {
            receipt.add(piece);
          } catch (error) {
            stream.resume();
            fail(error as Error);
          }
        });
        stream.on('error', fail);
      });
      form.on('partsLimit', tooMany).on('filesLimit', tooMany).on('fieldsLimit', tooMany);
      form.on('error', () => fail(new BadRequest(400, 'the form is malformed or cut off')));
      form.on('close', done);
      incoming.once('error', () => fail(cut()));
      incoming.once('aborted', () => fail(cut()));
      incoming.pipe(form);
    });
  } catch (error) {
    for (const { receipt } of files) receipt.release();
    if (error instanceof BadRequest || error instanceof Busy || error instanceof TooLarge) throw error;
    throw new BadRequest(400, 'the form is malformed');
  }
  if (files.length === 0) throw new BadRequest(400, 'the form has no file');
  return files;
}

/**
 * Reads a body of JSON. Raises BadRequest for a body that is no JSON or longer than `most` bytes, and the errors of
 * `receiveBody`.
 */
export async function receiveJson(
  incoming: IncomingMessage,
  uploads: UploadPort,
  most = 1_000_000,
): Promise<unknown> {
  if (Number(incoming.headers['content-length'] ?? 0) > most)
    throw new BadRequest(413, 'the JSON is too large');
  const receipt = await receiveBody(incoming, uploads);
  try {
    if (receipt.size > most) throw new BadRequest(413, 'the JSON is too large');
    return JSON.parse(Buffer.from(receipt.bytes()).toString('utf8')) as unknown;
  } catch (error) {
    throw error instanceof BadRequest ? error : new BadRequest(400, 'the body is no JSON');
  } finally {
    receipt.release();
  }
}
