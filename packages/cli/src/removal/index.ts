export { isOursInHome, isOursInStateDir } from './owned-names.ts';
export { ownedIn, removeAll, removeIfEmpty, sizeOf } from './removals.ts';
