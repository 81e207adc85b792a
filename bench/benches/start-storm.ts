import type { Bench } from '../frame/bench.ts';
import { bareNode, runProgram, timed } from '../frame/processes.ts';
import { makeProject } from '../frame/project.ts';

const clients = 20;

export const startStorm: Bench = {
  name: 'start-storm',
  what: `From the first of ${clients} simultaneous \`agent-brain start\`s of a stopped project to the end of the last; all of them must name the same instance. Beside it one \`start\` alone.`,
  reference: bareNode,
  rounds: 5,
  async prepare(world) {
    const { program, env } = world;
    const root = await makeProject(world, 1);
    const start = (): Promise<string> => runProgram([program, 'start', '--json'], env, root);
    const stop = (): Promise<string> => runProgram([program, 'stop'], env, root);
    return {
      samples: {
        'one `start`': async () => {
          const elapsedMs = await timed(start);
          await stop();
          return elapsedMs;
        },
        [`${clients} × \`start\``]: async () => {
          let answers: string[] = [];
          const elapsedMs = await timed(async () => {
            answers = await Promise.all(Array.from({ length: clients }, start));
          });
          await stop();
          const instances = new Set(answers.map(instanceId));
          if (instances.size !== 1)
            throw new Error(`${clients} starts brought up ${instances.size} instances: ${[...instances].join(', ')}`);
          return elapsedMs;
        },
      },
      finish: () => Promise.resolve(),
    };
  },
};

function instanceId(answer: string): string {
  const id = /"instance_id":\s*"(ab_[0-9a-f]{12})"/.exec(answer)?.[1];
  if (id === undefined) throw new Error(`start named no instance: ${answer}`);
  return id;
}
