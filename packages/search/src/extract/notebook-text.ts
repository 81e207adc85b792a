import { z } from 'zod';
import { ExtractionFailed } from './extraction-failed.ts';

const source = z.union([z.string(), z.array(z.string())]).transform((lines) => (typeof lines === 'string' ? lines : lines.join('')));
const cell = z.object({
  cell_type: z.string(),
  source: source.optional(),
  input: source.optional(),
  level: z.int().min(1).max(6).optional(),
});
/** nbformat 4, and 3 with its worksheets. */
const notebook = z.object({
  cells: z.array(cell).optional(),
  worksheets: z.array(z.object({ cells: z.array(cell) })).optional(),
  metadata: z
    .object({
      kernelspec: z.object({ language: z.string().optional() }).optional(),
      language_info: z.object({ name: z.string().optional() }).optional(),
    })
    .optional(),
});

/**
 * A Jupyter notebook as Markdown: texts as they are, code in fences with its language, outputs left out.
 * @throws ExtractionFailed when it is no notebook
 */
export function notebookText(json: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ExtractionFailed('the notebook is not JSON', { cause: error });
  }
  const parsed = notebook.safeParse(value);
  if (!parsed.success) throw new ExtractionFailed('the file does not have the form of a notebook');
  const { cells, worksheets, metadata } = parsed.data;
  const language = metadata?.kernelspec?.language ?? metadata?.language_info?.name ?? 'python';
  const all = cells ?? worksheets?.flatMap((sheet) => sheet.cells) ?? [];
  return all
    .map((each) => cellText(each, language))
    .filter((text) => text !== '')
    .join('\n\n');
}

function cellText({ cell_type: type, source: text, input, level }: z.infer<typeof cell>, language: string): string {
  const content = (text ?? input ?? '').trimEnd();
  if (content === '') return '';
  if (type === 'heading') return `${'#'.repeat(level ?? 1)} ${content}`;
  if (type !== 'code') return content;
  const longest = Math.max(2, ...Array.from(content.matchAll(/^ {0,3}(`{3,})/gm), (match) => (match[1] as string).length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[^\w+#.-]/g, '')}\n${content}\n${fence}`;
}
