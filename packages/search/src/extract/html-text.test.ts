import { withinMs } from '@agent-brain/test-harness/timing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { htmlText, isTemplate } from './html-text.ts';

describe('text of a page', () => {
  test('keeps each word on its line', () => {
    const page = `<!DOCTYPE html>
<html><head><title>Guide</title>
<style>
p { color: red }
</style>
<script>
  if (a < b) { "</p>" }
</script></head>
<body>
   <h2 class="x">Set &amp; up</h2>
<p>Call <code>open<b>File</b>()</code>
with <a href="a>b"
 title='x'>a path</a>.</p>
<ul><li>one</li>
  <li>two &#x2192; &uuml; &unknown;</li></ul>
<!-- hidden
 comment --><pre>
  if (x &lt; 1)
    y</pre>
a < b
</body></html>`;
    const text = htmlText(page);
    expect(text.split('\n')).toEqual([
      '',
      'Guide',
      '',
      '',
      '',
      '',
      '',
      '',
      '',
      '## Set & up',
      'Call openFile()',
      'with',
      'a path.',
      '- one',
      '- two → ü &unknown;',
      '',
      '',
      '  if (x < 1)',
      '    y',
      'a < b',
      '',
    ]);
    expect(text.split('\n')).toHaveLength(page.split('\n').length);
  });

  test('has as many lines as the page, whatever it holds', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<p',
      '<p>',
      '</p>',
      '<!--',
      '-->',
      '"',
      "'",
      '\n',
      '\r\n',
      '<script>',
      '</script>',
      '<pre>',
      '</pre>',
      '<h1>',
      '&lt;',
      '&#10;',
      'a',
      ' ',
      '<li>',
      '=',
      '<style',
      '<?',
      '<!',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const page = pieces.join('');
        expect(htmlText(page).split('\n')).toHaveLength(page.split('\n').length);
      }),
      { numRuns: 500 },
    );
  });

  test.each(['<', '<a ', '<a "', "<a '", '<!--', '<script>', '<style><', '&', '<p>', '</', '<a "\'', '<pre><li>'])(
    'made of %j a hundred thousand times takes no long time',
    (piece) => {
      const started = performance.now();
      htmlText(piece.repeat(100_000));
      expect(performance.now() - started).toBeLessThan(withinMs(2000));
    },
  );

  test.each([
    ['<p>{{ user.name }}</p>', true],
    ['{% block x %}', true],
    ['<%= x %>', true],
    ['<div *ngIf="a">', true],
    ['<div v-if="a">', true],
    ['<a hx-get="/x">', true],
    ['<p th:text="x">', true],
    ['<p>plain</p>', false],
  ])('%s is a template: %s', (html, expected) => {
    expect(isTemplate(html)).toBe(expected);
  });
});
