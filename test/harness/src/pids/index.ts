export { endProcess, givePidOutAgain } from './give-pid-out-again.ts';
