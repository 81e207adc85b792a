export { systemError, withFaults } from './with-faults.ts';
