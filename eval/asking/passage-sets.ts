import type { Passage } from '../data/passages.ts';
import type { PassageNaming } from './ask-passages.ts';

export interface PassageSource {
  name: string;
  /** Folder below the data directory. */
  folder: string;
  naming: PassageNaming;
}

/** The sets, and how their passages lie on the disk: as the files they were cut from would, as far as the set tells. */
export const passageSources: readonly PassageSource[] = [
  {
    name: 'code-chunks',
    folder: 'anthropic-code-chunks',
    naming: ({ document = 'document', position = 0 }) => `${document}/chunk_${position}`,
  },
  { name: 'docs', folder: 'anthropic-docs-qa', naming: sectionFile },
  { name: 'functions', folder: 'cosqa-dev', naming: (_, index) => `function_${index}.py` },
];

/** Sections of a page lie in its folder: `…/docs/page#section` becomes `docs/page/section.md`. */
function sectionFile({ id }: Passage, index: number): string {
  const [page = '', section = ''] = id.replace(/^https?:\/\/[^/]+\//, '').split('#');
  const plain = (text: string) => text.replaceAll(/[^\w/-]+/g, '-').replace(/^\/+|\/+$/g, '');
  return `${plain(page)}/${plain(section) || 'section'}-${index}.md`;
}
