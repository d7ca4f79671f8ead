import { statSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { filePath } from '../core/uri.js';
import { versionOf } from './file-version.js';

// Asked for many files at once, it answers with a byte each: 1 where the file still is at the version. The question is
// JSON, [uri, version, uri, …]: as one text it is ten times faster to send than as so many objects.
parentPort!.on('message', (question: string) => {
  const asked = JSON.parse(question) as readonly string[];
  const same = new Uint8Array(asked.length / 2);
  for (let at = 0; at < same.length; at++) same[at] = isAt(asked[2 * at]!, asked[2 * at + 1]!) ? 1 : 0;
  parentPort!.postMessage(same, [same.buffer]);
});

function isAt(uri: string, version: string): boolean {
  try {
    return versionOf(statSync(filePath(uri) as Buffer, { bigint: true })) === version;
  } catch {
    return false; // Reading it says what is wrong.
  }
}
