import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The plugin's skill brings along what `docs/agents.md` says about finding an instance: a skill is read without a repository. */
export function discoveryReference(root: string): string {
  const page = readFileSync(path.join(root, 'docs/agents.md'), 'utf8');
  const section = /^## (Finding a running instance\n[^]*)$/m.exec(page)?.[1];
  if (section === undefined) throw new Error('docs/agents.md has no section "Finding a running instance"');
  return `# ${section.replace('\n### ', '\n## ')}`;
}
