import { file } from './file.js';
import { hma } from './hma.js';
import { ncmec } from './ncmec.js';
import { stopncii } from './stopncii.js';
import type { ExchangeType } from './types.js';

/** The types of exchange, by name. */
export const exchangeTypes = { ncmec, stopncii, hma, file } satisfies Record<string, ExchangeType>;
/** Name of a type of exchange. */
export type ExchangeTypeName = keyof typeof exchangeTypes;

export { openService } from './service.js';
export { readState, type SyncState, stateDirectory, updatedAt } from './state.js';
export { type Synced, syncList } from './sync.js';
