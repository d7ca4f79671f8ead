export { type ChatTarget, chatKeys, chatPlaces, chatServices, requireHttps } from './chat-targets.js';
export {
  type Config,
  checkValue,
  configBlocks,
  configName,
  hasStrayConfig,
  isMissing,
  loadConfig,
  reasonOf,
} from './config.js';
export { listPaths, type SyncedList, syncedLists } from './exchange-config.js';
export { readListCredentials } from './exchange-credentials.js';
export {
  type ConfiguredMatcher,
  configuredMatchers,
  matcherSecrets,
  sentTo,
  shownMatcher,
} from './matcher-config.js';
export {
  type CommandTarget,
  type EmailTarget,
  type NotifyConfig,
  type NotifyTarget,
  notifyConfig,
  secretOf,
  type WebhookTarget,
} from './notify-config.js';
export { accumulate, kinds, type ValueOf } from './option-kinds.js';
export type { OptionSpec, OptionTable } from './option-spec.js';
export { configuredOwnList, ownListName, ownListPath } from './own-list-path.js';
export { configPlaces } from './place.js';
export { pluginSources } from './plugin-config.js';
export { fromEnvironment, isSettable, settingNames, strayVariables } from './settings.js';
