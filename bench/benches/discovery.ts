import { discover } from '@agent-brain/client/discovery';
import { processEnvironment } from '@agent-brain/runtime/project';
import type { Bench } from '../frame/bench.ts';
import { bareNode, runProgram, timed } from '../frame/processes.ts';
import { makeProject } from '../frame/project.ts';

export const discovery: Bench = {
  name: 'discovery',
  what: '`discover()` of the client in a running process: project root, record, lock, proof of a running instance.',
  reference: bareNode,
  rounds: 30,
  async prepare(world) {
    const { program, env } = world;
    const root = await makeProject(world, 1);
    await runProgram([program, 'start'], env, root);
    const environment = { ...processEnvironment(), env };
    return {
      samples: {
        '`discover()`': () =>
          timed(async () => {
            if ((await discover(root, { environment })) === null) throw new Error('the running instance was not discovered');
          }),
      },
      finish: () => runProgram([program, 'stop'], env, root).then(() => undefined),
    };
  },
};
