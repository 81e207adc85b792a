import type { Bench } from '../frame/bench.ts';
import { bareNode, runProgram, timed } from '../frame/processes.ts';
import { makeProject } from '../frame/project.ts';

export const commandLine: Bench = {
  name: 'command-line',
  what: 'From the start of the process to its end: `agent-brain --version`, and `status` and `query` with a running instance (200 files).',
  reference: bareNode,
  rounds: 15,
  promises: { '`agent-brain query`': 4 },
  async prepare(world) {
    const { program, env } = world;
    const root = await makeProject(world, 200);
    await runProgram([program, 'start'], env, root);
    await runProgram([program, 'index'], env, root);
    const run =
      (...argv: string[]) =>
      () =>
        timed(() => runProgram([program, ...argv], env, root));
    return {
      samples: {
        '`agent-brain --version`': run('--version'),
        '`agent-brain status --json`': run('status', '--json'),
        '`agent-brain query`': run('query', 'where is the session token read'),
      },
      finish: () => runProgram([program, 'stop'], env, root).then(() => undefined),
    };
  },
};
