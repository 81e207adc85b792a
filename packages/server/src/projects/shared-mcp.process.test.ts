import { expect, test } from 'vitest';
import { AskedDaemon, ServedHome } from '../fixtures/index.ts';

interface ToolAnswer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

class Agent {
  readonly #daemon: AskedDaemon;

  constructor(daemon: AskedDaemon) {
    this.#daemon = daemon;
  }

  post(query: string, name: string, given: object = {}): Promise<Response> {
    return this.#daemon.server.request(`/mcp${query}`, {
      method: 'POST',
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: given } }),
      headers: { accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-11-25' },
    });
  }

  async call(query: string, name: string, given?: object): Promise<ToolAnswer> {
    const text = await (await this.post(query, name, given)).text();
    const message = text.startsWith('{') ? text : (/^data: (.+)$/m.exec(text)?.[1] ?? '');
    return (JSON.parse(message) as { result: ToolAnswer }).result;
  }
}

test('an agent of the daemon that names no project learns which there are, by list_projects and by the refusals of the others', async () => {
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start());
  const agent = new Agent(daemon);
  expect(await agent.call('', 'list_projects')).toMatchObject({ structuredContent: { projects: [] } });
  const roots = ['one', 'zwei teile'].map((name) => home.project(name, { 'a.md': `# lantern of ${name}\n` }));
  const ids = [await daemon.add(roots[0] as string), await daemon.add(roots[1] as string)];
  await daemon.index(ids[0] as string);

  const all = await agent.call('', 'list_projects');
  expect(all.structuredContent).toEqual({
    projects: [
      expect.objectContaining({ project_id: ids[0], project_root: roots[0], total_documents: 1 }),
      expect.objectContaining({ project_id: ids[1], project_root: roots[1], total_documents: 0, last_indexed_at: null }),
    ],
  });
  expect(all.content[0]?.text).toBe(`${ids[0]} ${roots[0]}: 1 files\n${ids[1]} ${roots[1]}: 0 files`);

  for (const [tool, given] of [['status'], ['search', { query: 'lantern' }], ['list_jobs']] as const) {
    const refused = await agent.call('', tool, given);
    expect([refused.isError, refused.content[0]?.text]).toEqual([
      true,
      expect.stringContaining(`2 are served here: ${ids[0]} (one), ${ids[1]} (zwei teile) [PROJECT_ID_REQUIRED]`),
    ]);
  }
  const own = await agent.call(`?project_id=${ids[0]}`, 'list_projects');
  expect(own.structuredContent).toMatchObject({ projects: [{ project_id: ids[0] }] });
  expect((await agent.call(`?project_id=${ids[0]}`, 'search', { query: 'lantern' })).content[0]?.text).toContain('a.md');
});

test.each([
  ['named twice', (id: string) => `?project_id=${id}&project_id=p_00000000`, '/project_id'],
  ['named by another word', (id: string) => `?project=${id}`, '/project'],
])('a project that is %s in the address of /mcp is refused', async (_, query, pointer) => {
  const home = new ServedHome();
  const daemon = new AskedDaemon(await home.start());
  const answer = await new Agent(daemon).post(query(await daemon.add(home.project('one'))), 'status');
  expect([answer.status, await answer.json()]).toMatchObject([
    400,
    { code: 'REQUEST_INVALID', detail: expect.stringContaining('The query parameters of POST /mcp are wrong'), errors: [{ pointer }] },
  ]);
});
