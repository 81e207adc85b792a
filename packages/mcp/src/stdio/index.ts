export { serveStdioDoor, type StdioDoorOptions } from './stdio-door.ts';
