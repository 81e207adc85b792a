import os from 'node:os';

/** The reason of the abort signal when a person or the system ends the command. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
    this.signalName = signalName;
  }

  /** 128 + signal number, as shells report it: 130 after Ctrl-C, 143 after SIGTERM. */
  get exitCode(): number {
    return 128 + (os.constants.signals[this.signalName] ?? 0);
  }
}
