import { readFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryRules } from '../tidy/repository-rules.ts';
import { rules } from '../tidy/rules.ts';
import type { Part } from './part.ts';
import { trackedFiles } from './tracked-files.ts';

/** The rules of the house that no tool knows; each file is read once and shown to every rule. */
export const tidy: Part = {
  name: 'tidy',
  question: 'are the rules of the house kept',
  minimum: 500,
  run(root, areas) {
    const files = trackedFiles(root, areas);
    let seen = 0;
    const findings = files.flatMap((file) => {
      const text = readFileSync(path.join(root, file), 'utf8');
      seen += 1;
      return rules
        .filter((rule) => rule.applies(file))
        .flatMap((rule) =>
          rule.check(text, file).map(({ line, what }) => `${file}${line === 0 ? '' : `:${line}`} ${rule.name}: ${what} (${rule.reason})`),
        );
    });
    findings.push(...repositoryRules.flatMap((rule) => rule.check(root, areas === undefined ? files : trackedFiles(root))));
    return Promise.resolve({ findings, seen, expected: files.length });
  },
};
