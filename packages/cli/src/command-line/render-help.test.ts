import { expect, test } from 'vitest';
import { commandTable } from '../commands/index.ts';
import { renderCommandHelp, renderRootHelp, wrapText } from './index.ts';

const plain = (_format: unknown, text: string): string => text;

test.each([80, 140])('help keeps to %i columns, examples aside, and says the same as without a limit', async (columns) => {
  const words = (text: string): string => text.replaceAll(/\s+/g, ' ');
  for (const entry of commandTable) {
    const { spec } = await entry.load();
    const help = renderCommandHelp(entry.name, spec, { style: plain, columns });
    const long = help.split('\n').filter((line) => line.length > columns && !line.startsWith('  agent-brain ') && !line.startsWith('  # '));
    expect(long, entry.name).toEqual([]);
    expect(words(help)).toBe(words(renderCommandHelp(entry.name, spec, { style: plain, columns: Number.POSITIVE_INFINITY })));
  }
  const root = renderRootHelp(commandTable, [['environment', 'Variables that are read']], { style: plain, columns });
  expect(root.split('\n').filter((line) => line.length > columns)).toEqual([]);
});

test('a text is broken between words, and a word that is too long stays whole', () => {
  expect(wrapText('one two three four five six', 24, 4)).toBe('one two three four\n    five six');
  expect(wrapText(`a ${'x'.repeat(40)} b`, 20)).toBe(`a\n${'x'.repeat(40)}\nb`);
});
