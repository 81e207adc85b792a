export { earlierStateDirs, isEarlierConfig, isEarlierRegistry } from './recognise.ts';
