import { Machine, readRuntime } from '@agent-brain/test-harness/agent-brain';
import { findProgram, requireProgram } from '@agent-brain/test-harness/requirements';
import { chromium } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';

test('the API page opens in a browser, lists every route, and asks nobody but the instance', async (context) => {
  requireProgram(context, 'chromium');
  const machine = new Machine();
  const root = machine.project('documented');
  await machine.json(root, ['start']);
  const { base_url } = readRuntime(root);

  const browser = await chromium.launch({
    executablePath: findProgram('chromium') ?? '',
    // Without these the browser itself looks for updates and accounts, which would drown what the page asks for.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });

  await page.goto(`${base_url}/docs`);
  await page.locator('.opblock-summary').first().waitFor();
  const shown = await page.locator('.opblock-summary-path').allInnerTexts();
  const openApi = (await (await fetch(`${base_url}/openapi.json`)).json()) as { openapi: string; paths: Record<string, object> };
  expect(openApi.openapi).toMatch(/^3\.1\./);
  // Zero-width spaces let the page break long paths.
  expect(new Set(shown.map((text) => text.replaceAll('\u200b', '')))).toEqual(new Set(Object.keys(openApi.paths)));
  expect(asked.filter((url) => !url.startsWith(`${base_url}/`) && !url.startsWith('data:'))).toEqual([]);
  expect(await page.title()).toBe('Agent Brain API');
  expect(await page.locator('.topbar').isVisible()).toBe(false);
  expect(complaints).toEqual([]);

  const shot = process.env['AGENT_BRAIN_SCREENSHOTS'];
  if (shot !== undefined) await page.screenshot({ path: `${shot}/api-docs.png` });
});
