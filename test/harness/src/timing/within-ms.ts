/** So much longer may something take in the suite, whose files run beside each other on whatever machine there is. */
const SUITE_FACTOR = 10;

/**
 * A promise about time as a test may judge it: the soak holds the code to the promise itself, the suite only to the
 * order of magnitude, so that a busy machine fails nothing. What has to happen anyway is asserted beside it.
 *
 * @param promisedMs what is promised
 * @returns what may be asserted
 */
export const withinMs = (promisedMs: number): number => (process.env['AGENT_BRAIN_SOAK'] === '1' ? promisedMs : promisedMs * SUITE_FACTOR);
