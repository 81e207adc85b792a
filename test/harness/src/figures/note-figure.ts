import type { TestContext } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** What a test measured, a sentence each; `npm run soak` puts them into its table. */
    figures?: string[];
  }
}

/** Prints what a test measured, and keeps it for the table of a soak. */
export function noteFigure({ task }: TestContext, figure: string): void {
  task.meta.figures = [...(task.meta.figures ?? []), figure];
  process.stdout.write(`${figure}\n`);
}
