import { expect, test } from 'vitest';
import { TestUser } from '../fixtures/index.ts';

const pages = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`docs/page${at}.md`, `# Page ${at}\n\nabout gardens\n`]));
const files = { ...pages, 'docs/code.ts': 'export const garden = 1;\n', 'src/main.ts': 'export const main = 2;\n' };

const documents = async (user: TestUser, cwd: string): Promise<number> =>
  (await user.json<{ index: { total_documents: number } }>(['status'], { cwd })).index.total_documents;

test('a glob that cannot be read is refused in the same words by every command, and nothing is lost', async () => {
  const user = new TestUser();
  const cwd = user.project('shop', files);
  await user.json(['index', '--start'], { cwd });
  const commands = [
    ['index', 'docs', '--include', '['],
    ['index', '--dry-run', '--exclude', 'docs/[a-'],
    ['query', 'gardens', '--path', '{a,b'],
    ['config', 'set', 'include', '["["]'],
  ];
  for (const command of commands) {
    const problem = await user.problem(command, { cwd });
    expect(problem, command.join(' ')).toMatchObject({ exit: 2 });
    // The sentence about the configuration has it in the middle.
    expect(problem['detail']).toMatch(/the glob ".*" cannot be used — its "[[{]" has no closing/i);
  }
  expect(await documents(user, cwd)).toBe(8);
});

test('filters that would remove most of a folder wait for a yes; a run over the project names them, one without them brings all back', async () => {
  const user = new TestUser();
  const cwd = user.project('shop', files);
  await user.json(['index', '--start'], { cwd });

  const refused = await user.run(['index', 'docs', '--include', '*.ts'], { cwd });
  expect(refused.code).toBe(3);
  expect(refused.stderr).toContain('leave out 6 of the 7 indexed files');
  expect(refused.stderr).toContain('--yes');
  expect(await documents(user, cwd)).toBe(8);

  await user.json(['index', 'docs', '--include', '*.ts', '--yes'], { cwd });
  expect(await documents(user, cwd)).toBe(2);

  const whole = await user.run(['index'], { cwd });
  expect(whole).toMatchObject({ code: 0 });
  expect(whole.stderr).toContain('The folder docs keeps the filters it was indexed with ({"include":["*.ts"]})');
  expect(whole.stderr).toContain('`agent-brain index docs`');

  expect((await user.run(['index', 'docs'], { cwd })).stderr).not.toContain('keeps the filters');
  expect(await documents(user, cwd)).toBe(8);
});
