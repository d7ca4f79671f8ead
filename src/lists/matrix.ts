import { createHash } from 'node:crypto';
import { objectOf, readJson, textOf } from './json-document.js';
import type { JsonRecord } from './json-records.js';
import type { ListFormat, ListItem } from './types.js';

const eventType = /^(m|[a-z0-9.-]+)\.policy\.media_hash$/;

/**
 * Matrix policy lists of picture hashes (MSC4113): state events `m.policy.media_hash`, as the state of a room, as an
 * array, or one on each line. Communities write these lists, not authorities, so entries are `own` unless the user says
 * otherwise.
 */
export const matrix: ListFormat = {
  about: 'Matrix policy events with PDQ hashes (MSC4113), as an array, room state or one a line',
  extensions: [],
  keyed: true,
  detect: (head) => /^\s*[[{]/.test(head) && /"type"\s*:\s*"[a-z0-9.-]+\.policy\.media_hash"/.test(head),
  read: (text) => readJson(text, ['chunk', 'state', 'events'], (record) => [readEvent(record)]),
};

function readEvent({ line, value }: JsonRecord): ListItem {
  const type = textOf(value.type) ?? '';
  if (!eventType.test(type)) return { line, leftOut: 'other-event' };
  const stateKey = textOf(value.state_key);
  if (stateKey === undefined) return { line, problem: 'the event has no state key' };
  const content = objectOf(value.content);
  const named = Object.entries(content).find(([name]) => /(^|\.)pdqhash$/.test(name));
  const pdq = objectOf(named?.[1]);
  const hash = textOf(pdq.hash);
  // Matrix identifies state by (type, key), compared exactly. By custom the key is the hash itself, which must not
  // become an id.
  const id = createHash('sha256').update(`${type}\0${stateKey}`).digest('hex').slice(0, 16);
  const made = Number(value.origin_server_ts);
  const base = {
    line,
    id,
    key: id,
    fallback: 'own' as const,
    ...(Number.isFinite(made) && made > 0 && made < 1e14 && { updated: new Date(made).toISOString() }),
  };
  // A rule is withdrawn by emptying its content.
  if (Object.keys(content).length === 0) return { ...base, hashes: [], deleted: true };
  if (hash === undefined)
    return {
      line,
      ...(Object.keys(content).length > 1
        ? { leftOut: 'other-event' }
        : { problem: 'the event holds no PDQ hash' }),
    };
  const quality = textOf(pdq.quality);
  const member = textOf(value.sender);
  return {
    ...base,
    hashes: [{ algorithm: 'pdq', hash }],
    ...(quality !== undefined && { quality }),
    ...(member !== undefined && { member }),
  };
}
