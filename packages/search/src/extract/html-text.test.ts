import { withinMs } from '@agent-brain/test-harness/timing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chunkText } from '../chunk/index.ts';
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
      '<style>',
      'p { color: red }',
      '</style>',
      '<script>',
      '  if (a < b) { "</p>" }',
      '</script>',
      '',
      '## Set & up {: x}',
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

  test('keeps scripts and styles, and the names, labels and handlers of its elements', () => {
    const page = `<title>Shop</title>
<style>.invoice-grid { display: grid }</style>
<script>
function addUpAmounts(rows) {
  return rows.length;
}
</script>
<form id="checkout" class="wide form"><button onclick="sendOrder()">Pay</button><input placeh\u006flder='card number'></form>
<template><p id=inner>In a template</p></template>
<svg><path d="M0 0"/></svg><script>${'x'.repeat(3000)}</script>`;
    const text = htmlText(page);
    expect(text.split('\n')).toEqual([
      'Shop',
      '<style>.invoice-grid { display: grid }</style>',
      '<script>',
      'function addUpAmounts(rows) {',
      '  return rows.length;',
      '}',
      '</script>',
      'Pay {: checkout wide form sendOrder() card number}',
      'In a template {: inner}',
      '',
    ]);
    const chunks = chunkText({ path: 'a.html', text, language: 'html', sourceType: 'doc', chunkSize: 1500, chunkOverlap: 0 });
    expect(chunks.flatMap(({ definitions }) => definitions)).toContain('addUpAmounts');
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
