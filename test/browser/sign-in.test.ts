/** Signing in on a phone, where everybody has to: without a script, and as axe reads it. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { until } from '../e2e/muster';
import { openBrowser, openWindow, overflow, serveMuster, type Served } from './browsing';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster({ MUSTER_AUTHENTICATION: 'required' })]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

test('the first admin signs in by the code of the log, comes to the page that was wanted, and out again', async () => {
  const code = () => /^ {2}([A-Z]{4}(?:-[A-Z]{4}){4})$/m.exec(served.muster().output)?.[1];
  await until(async () => code() !== undefined, 20_000);
  const { page, faults, context } = await openWindow(browser, { javaScriptEnabled: false });
  await page.goto(`${served.muster().url}/history`);
  await page.getByRole('heading', { name: 'Sign in to Muster' }).waitFor();
  await page.getByLabel(/one-time secret/).fill('WRONG');
  await page.getByRole('button', { name: 'Sign in' }).tap();
  await page.locator('.refused').waitFor();
  await page.getByLabel(/one-time secret/).fill(code()!);
  await page.getByLabel(/who you are/).fill('emeka');
  await page.getByRole('button', { name: 'Sign in' }).tap();
  await page.getByRole('heading', { name: 'History' }).waitFor();
  await page.getByRole('link', { name: 'Emeka Obi' }).tap();
  await page.getByRole('button', { name: 'Sign out' }).tap();
  await page.getByRole('heading', { name: 'Sign in to Muster' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test.each(['login', 'login?once=mus_once_x', 'nowhere'])(
  '%s: no wider than a phone, 44 px, and axe finds nothing',
  async (path) => {
    const { page, faults, context } = await openWindow(browser);
    await page.goto(`${served.muster().url}/${path}`);
    await page.locator('main h1').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    for (const target of await page.locator('a:visible, button:visible, input:visible').all())
      expect(Math.ceil((await target.boundingBox())!.height)).toBeGreaterThanOrEqual(44);
    // Our policy lets no script in, so it comes by the debugger.
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const found: unknown = await page.evaluate(
        ` axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) => violations.map(({ id }) => id))`,
      );
      expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
    }
    expect(faults).toEqual([]);
    await context.close();
  },
);
