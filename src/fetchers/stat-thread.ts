import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { filePath } from '../core/index.js';
import { versionOf } from './file-version.js';
import type { Question } from './file-versions.js';

// Answers for many files at once with one byte each: 1 for yes. The question is JSON (see `Question`), because one text
// is sent ten times faster than as many objects.
parentPort!.on('message', (question: string) => {
  const texts = JSON.parse(question) as Question;
  const answer = new Uint8Array(texts.length / 2);
  for (let at = 0; at < answer.length; at++) answer[at] = isAt(texts[2 * at]!, texts[2 * at + 1]!) ? 1 : 0;
  parentPort!.postMessage(answer, [answer.buffer]);
});

/** A path without escapes is used as text, which saves a quarter of the time. */
const pathOf = (uri: string): string | Buffer =>
  uri.startsWith('file:///') && !uri.includes('%') ? uri.slice('file://'.length) : (filePath(uri) as Buffer);

function isAt(uri: string, version: string): boolean {
  try {
    return versionOf(statSync(pathOf(uri), { bigint: true })) === version;
  } catch {
    return false; // Reading the file reports what is wrong.
  }
}
