export { guardControls, printableJson, printableLine, printableText } from './printable.ts';
