export { deliver } from './deliver.js';
export { type Messenger, openMessenger } from './messenger.js';
export { noticeOf } from './notice.js';
export { send } from './send.js';
