import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AgentProcess } from '../frame/agent.ts';
import type { Bench } from '../frame/bench.ts';
import { bareNode, runProgram, timed } from '../frame/processes.ts';
import { makeProject } from '../frame/project.ts';

const question = 'where is the session token read';

export const agent: Bench = {
  name: 'agent',
  what: 'What an agent waits for: from the spawn of `agent-brain mcp` to its list of tools (instance running, and stopped, so that it starts at the same time), to the first search of a project that was never indexed (200 files), and one search over a connection that stands.',
  reference: bareNode,
  rounds: 10,
  async prepare(world) {
    const { program, env } = world;
    const root = await makeProject(world, 200);
    const command = (...argv: string[]): Promise<string> => runProgram([program, ...argv], env, root);
    await command('start');
    await command('index');
    const standing = new AgentProcess(program, env, root);
    await standing.open();
    const list = async (): Promise<number> => {
      const fresh = new AgentProcess(program, env, root);
      const elapsedMs = await timed(async () => {
        await fresh.open();
        await fresh.ask('tools/list');
      });
      await fresh.leave();
      return elapsedMs;
    };
    return {
      samples: {
        '`tools/list`, instance running': list,
        'a search, connection standing': async () => {
          // The rounds stop the instance; the first call afterwards starts it again.
          await standing.search(question);
          return await timed(() => standing.search(question));
        },
        '`tools/list`, instance stopped': async () => {
          await command('stop');
          return await list();
        },
        'first search, never indexed': async () => {
          await command('stop');
          await rm(path.join(root, '.claude'), { recursive: true });
          const fresh = new AgentProcess(program, env, root);
          const elapsedMs = await timed(async () => {
            await fresh.open();
            await fresh.search(question);
          });
          await fresh.leave();
          return elapsedMs;
        },
      },
      finish: async () => {
        await standing.leave();
        await command('stop');
      },
    };
  },
};
