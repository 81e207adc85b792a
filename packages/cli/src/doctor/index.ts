export { type Examination, examine } from './examine.ts';
export type { Check, Facts } from './facts.ts';
export { gatherFacts } from './gather-facts.ts';
export { renderReport } from './render-report.ts';
export { resetOrphans } from './reset.ts';
export { type SilentHolder, silentHolders, terminateHolder } from './terminate-holder.ts';
