export { classify, type OrphanClass, type Verdict } from './classify.ts';
export { daemonHomeOf } from './daemon-marker.ts';
export { type FindOptions, findOrphans, type Found, type Judged, type Limits, type OrphanPaths } from './find-orphans.ts';
export type { PortRange } from './scan-range.ts';
export type { Answer, ListenerSuspect, NamedHome, ProcessSuspect, Surroundings, Suspect } from './suspect.ts';
export { type Blow, reported, type ReportedSuspect, sweepOrphans, type SweepOptions, type SweepReport } from './sweep.ts';
