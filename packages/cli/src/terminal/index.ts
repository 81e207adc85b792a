export { type ColorRequest, wantsColor } from './color.ts';
export { confirm } from './confirm.ts';
export { formatAge, formatBytes, formatCount, formatDuration, formatPlural } from './measures.ts';
export { printPaged } from './pager.ts';
export { type Format, type Link, Output, type OutputOptions, type Sink, type Style } from './output.ts';
export { printableJson, printableLine, printableText } from '@agent-brain/runtime/printable';
export { Progress, type ProgressState } from './progress.ts';
export { Terminal, type TerminalOptions } from './terminal.ts';
