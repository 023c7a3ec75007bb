/** How the pages are read: by eyes in both schemes, enlarged, by keyboard, by a screen reader. */
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { openBrowser, openWindow, overflow, serveMuster, tabTo, type Served } from './browsing';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let browser: Browser;
let served: Served;
let views: Record<string, string>;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster()]);
  const { post, url } = {
    post: (path: string, body: object) => served.muster().post(path, body),
    url: served.muster().url,
  };
  const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };
  const open = await post('/v1/incidents', outage);
  const taken = await post('/v1/incidents', { ...outage, title: 'Search is slow', severity: 'P2' });
  await post(`/v1/incidents/${String(taken.body['id'])}/acknowledge`, {});
  await post(`/v1/incidents/${String(taken.body['id'])}/resolve`, { summary: 'Back' });
  const release = await post('/v1/releases', { title: 'Payments 2.15', targetAt: '14d', services: ['payments'] });
  expect([open, taken, release].map(({ status }) => status)).toEqual([201, 201, 201]);
  views = {
    now: url,
    incident: `${url}/incidents/${String(open.body['id'])}`,
    resolved: `${url}/incidents/${String(taken.body['id'])}`,
    release: `${url}/releases/${String(release.body['id'])}`,
    'on call': `${url}/on-call`,
    rehearse: `${url}/rehearse`,
    coverage: `${url}/rehearse?show=coverage`,
    history: `${url}/history`,
    settings: `${url}/settings`,
  };
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

const names = ['now', 'incident', 'resolved', 'release', 'on call', 'rehearse', 'coverage', 'history', 'settings'];

test.each(names)('%s in both colour schemes: axe finds nothing (WCAG 2.2 AA)', async (name) => {
  const { page, faults, context } = await openWindow(browser);
  await page.goto(views[name]!);
  await page.locator('.standing').waitFor();
  for (const fold of await page.locator('main details').all())
    await fold.evaluate((details) => details.setAttribute('open', ''));
  // Our policy lets no script in, so it comes by the debugger.
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found: unknown = await page.evaluate(
      ` axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then(({ violations }) =>
        violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).slice(0, 3).join(' | ')))`,
    );
    expect({ colorScheme, found }).toEqual({ colorScheme, found: [] });
  }
  expect(faults).toEqual([]);
  await context.close();
});

test.each(names)('%s at 200 %% on a window of 640 px: one column, nothing cut off', async (name) => {
  const { page, context } = await openWindow(browser, {
    viewport: { width: 320, height: 640 },
    deviceScaleFactor: 2,
  });
  await page.goto(views[name]!);
  await page.locator('.standing').waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await context.close();
});

test('the keyboard alone acknowledges and sends an update', async () => {
  const { page, faults, context } = await openWindow(browser, { viewport: { width: 1000, height: 800 } });
  await page.goto(views['incident']!);
  await page.getByText(/^Live/).waitFor();
  await tabTo(page, /^You are/);
  await page.keyboard.type('Hana');
  await tabTo(page, /^Acknowledge$/);
  await page.keyboard.press('Enter');
  await page.getByText('Acknowledged. Not yours?').waitFor();
  await tabTo(page, /^Update$/);
  await page.keyboard.press('Enter');
  await tabTo(page, /What is new/);
  await page.keyboard.type('By keyboard');
  await tabTo(page, /Send the update/);
  await page.keyboard.press('Enter');
  await page.getByText('Sent.').waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('the first view is under 100 KB over the wire, in the requests of one page', async () => {
  const { page, context } = await openWindow(browser);
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  let bytes = 0;
  client.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(views['incident']!);
  await page.getByText(/^Live/).waitFor();
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThan(100_000);
  await context.close();
});

test('a thousand hostile texts run no script, and break no policy', async () => {
  const hostile = [
    '<script>window.hacked=1</script>',
    '"><img src=x onerror=window.hacked=1>',
    "'-window.hacked-'",
    'javascript:window.hacked=1',
    '</script><script>window.hacked=1</script>',
    '{{constructor.constructor("window.hacked=1")()}}',
    '<svg onload=window.hacked=1>',
    '&lt;script&gt;window.hacked=1&lt;/script&gt;',
    '\u2028window.hacked=1//',
    '<a href="data:text/html,<script>window.hacked=1</script>">x</a>',
  ];
  const { page, faults, context } = await openWindow(browser);
  const ids: string[] = [];
  for (let round = 0; round < 10; round++) {
    const { body } = await served.muster().post('/v1/incidents', {
      title: `${hostile[round]} ${round}`.replaceAll('\u2028', ' '),
      severity: 'P3',
      services: ['search'],
      description: hostile.join('\n'),
    });
    const id = String(body['id']);
    ids.push(id);
    // Nine texts in each, of ten pieces each, and the title.
    for (let turn = 0; turn < 9; turn++)
      await served.muster().post(`/v1/incidents/${id}/post-update`, {
        text: hostile.map((text) => `${text} ${turn}`).join('\n'),
        actions: hostile.map((text) => `${turn} ${text}`.replaceAll('\u2028', ' ')),
      });
    await served.muster().post(`/v1/incidents/${id}/link`, { to: hostile[round]!.slice(0, 190), relation: 'other' });
  }
  for (const path of ['/', ...ids.map((id) => `/incidents/${id}`)]) {
    await page.goto(`${served.muster().url}${path}`);
    await page.getByText(/^Live/).waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
  }
  expect(faults).toEqual([]);
  await context.close();
});
