export { type Door, doors, type DoorId } from './doors.ts';
