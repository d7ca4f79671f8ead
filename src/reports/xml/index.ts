export { fitXml, type LeftOut } from './fit.js';
export { checkXml, readXml, textAt, type XmlElement } from './read.js';
export { type ElementRule, type Issue, type TextContext, type TextRule, table } from './table.js';
export {
  characters,
  fileIdPlaceholder,
  hostOf,
  isPlainUrl,
  plainIp,
  reportIdPlaceholder,
  uriOf,
  withoutCredentials,
} from './text.js';
export { writeXml, type XmlObject, type XmlValue } from './write.js';
