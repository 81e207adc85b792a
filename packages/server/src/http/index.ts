export { buildApp } from './app.ts';
export { type HttpDoor, openDoor } from './door.ts';
export { type Address, authority } from './guards.ts';
export { defaultLimits, type TransportLimits } from './limits.ts';
export type { HttpLog, Service } from './service.ts';
