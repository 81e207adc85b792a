export { type HttpDoor, type HttpDoorOptions, openHttpDoor } from './http-door.ts';
