export { type Door, doors, type DoorId, streamDoors, type StreamDoorId } from './doors.ts';
