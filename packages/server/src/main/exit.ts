/** The one place where the server process ends itself. */
export function exit(code: number): never {
  process.exit(code);
}
