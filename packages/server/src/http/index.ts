export { buildApp } from './app.ts';
export { authority } from './guards.ts';
export { defaultLimits, type TransportLimits } from './limits.ts';
export type { HttpLog, Service } from './service.ts';
