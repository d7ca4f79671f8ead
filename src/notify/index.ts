export { deliver } from './deliver.js';
export { type Messenger, openMessenger } from './messenger.js';
export { noticeOf, send } from './send.js';
