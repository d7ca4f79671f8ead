import { file } from './file.js';
import { hma } from './hma.js';
import { ncmec } from './ncmec.js';
import { stopncii } from './stopncii.js';
import type { ExchangeType } from './types.js';

/** Where lists can be kept current from. */
export const exchangeTypes = { ncmec, stopncii, hma, file } satisfies Record<string, ExchangeType>;
export type ExchangeTypeName = keyof typeof exchangeTypes;

export { openService } from './service.js';
export { readState, type SyncState, stateDirectory, updatedAt } from './state.js';
export { type Synced, syncList } from './sync.js';
