export { type Advice, adviceFor, isInUnion, type Recommendation } from './advice.js';
export { nextSteps } from './next-steps.js';
export { comparisonTable, factText, sourcesText } from './page.js';
export { checkedOn, type SourceKey, sources } from './sources.js';
export {
  type Answers,
  type Fact,
  type Posts,
  postKinds,
  type ServiceKind,
  type Source,
  serviceKinds,
} from './types.js';
