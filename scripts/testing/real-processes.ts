/** Whether a test file starts processes, by its name; all others stay inside the process of the test. */
export const withRealProcesses = (file: string): boolean => /\.(?:process|fault)\.test\.ts$|^test\/e2e\//.test(file);
