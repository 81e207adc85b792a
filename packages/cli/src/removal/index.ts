export { isOursInHome, isOursInStateDir, isSetAside } from './owned-names.ts';
export { ownedIn, removeAll, removeIfEmpty, sizeOf } from './removals.ts';
