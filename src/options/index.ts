export { type Theme, themes } from './outputs.js';
export {
  allOptions,
  commonOptions,
  insideOptions,
  ledgerOptions,
  limitOptions,
  listOptions,
  type OptionName,
  type OptionValues,
  optionsFor,
  ownListOptions,
  readingOptions,
  runOptions,
  serveOptions,
  sourceOptions,
} from './table.js';
