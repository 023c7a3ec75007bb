/** The page of an incident below its first button: the checklist by keyboard, the filter, paper. */
import type { Browser } from 'playwright-core';
import { openBrowser, openWindow, overflow, serveMuster, type Served } from './browsing';

let browser: Browser;
let served: Served;
let id: string;
let url: string;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster()]);
  const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };
  id = String((await served.muster().post('/v1/incidents', outage)).body['id']);
  url = `${served.muster().url}/incidents/${id}`;
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

interface Stands {
  readonly phases: readonly { groups: readonly { items: readonly { id: string; status: string; by?: string }[] }[] }[];
}
async function itemCalled(item: string) {
  const { phases } = (await served.muster().get(`/v1/incidents/${id}`)).body as unknown as Stands;
  return phases.flatMap(({ groups }) => groups.flatMap(({ items }) => items)).find((one) => one.id === item)!;
}

test('the keyboard alone opens a phase, ticks an item, takes it back, and skips one with a reason', async () => {
  const { page, faults, context } = await openWindow(browser);
  await page.goto(url);
  await page.getByText(/^Live/).waitFor();
  await page.locator('#checklist ~ .who select').selectOption('emeka');
  const phase = page.locator('summary', { hasText: 'Mitigation Actions' });
  await phase.focus();
  await page.keyboard.press('Enter');
  const boxes = page.locator('details', { has: phase }).getByRole('checkbox');
  const first = boxes.first();
  const item = page.locator('details', { has: phase }).locator('.checklist > li').first();
  const itemId = (await item.locator('code').textContent())!;
  await first.focus();
  await page.keyboard.press('Space');
  await item.getByText(/Done by Emeka Obi/).waitFor();
  expect(await itemCalled(itemId)).toMatchObject({ status: 'done', by: 'emeka' });
  await item.getByRole('button', { name: 'Undo' }).focus();
  await page.keyboard.press('Enter');
  await item.getByRole('checkbox').waitFor();
  expect((await itemCalled(itemId)).status).toBe('open');

  await item.locator('summary').focus();
  await page.keyboard.press('Enter');
  await item.getByLabel('Why it is skipped').fill('No such thing here');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await item.getByText('Note: No such thing here').waitFor();
  expect((await itemCalled(itemId)).status).toBe('skipped');
  expect(faults).toEqual([]);
  await context.close();
});

test('the filter answers whoever chooses or types, keeps to what comes, and is in the address', async () => {
  const { page, faults, context } = await openWindow(browser);
  await page.goto(url);
  await page.getByText(/^Live/).waitFor();
  const entries = page.locator('ol.timeline');
  await page.locator('select[name=show]').selectOption('words');
  await page.getByText('No entry fits.').waitFor();
  expect(page.url()).toBe(`${url}?show=words`);
  await served.muster().post(`/v1/incidents/${id}/comment`, { text: 'The lift is stuck' }, 'hana');
  await entries.getByText('The lift is stuck').waitFor();
  await served.muster().post(`/v1/incidents/${id}/set-status`, { status: 'identified' }, 'hana');
  await page.getByText(/· identified/).waitFor();
  expect(await entries.locator('li').count()).toBe(1);
  await page.getByLabel('With the words').pressSequentially('no such words');
  await page.getByText('No entry fits.').waitFor();
  await page.reload();
  await page.getByText('No entry fits.').waitFor();
  expect(await page.getByLabel('With the words').inputValue()).toBe('no such words');
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  expect(faults).toEqual([]);
  await context.close();
});

test('without a script the filter is a form, and so is an update', async () => {
  const { page, faults, context } = await openWindow(browser, { javaScriptEnabled: false });
  await page.goto(url);
  await page.locator('select[name=show]').selectOption('told');
  await page.getByRole('button', { name: 'Show these' }).tap();
  await page.waitForURL(/show=told/);
  await page.locator('ol.timeline').getByText('Paged fatima').first().waitFor();
  await page.goto(url);
  await page.getByText('Update', { exact: true }).tap();
  const form = page.locator('form[action$="/post-update"]');
  await form.getByLabel('You are').selectOption('hana');
  await form.getByLabel('What is new').fill('We look at the gateway');
  await form.getByRole('button', { name: 'Send the update' }).tap();
  await page.locator('blockquote', { hasText: 'We look at the gateway' }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('on paper there is what was said, black on white, and nothing to press', async () => {
  const { page, context } = await openWindow(browser, { colorScheme: 'dark' });
  await page.goto(url);
  await page.getByText(/^Live/).waitFor();
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('body').evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
    'rgb(255, 255, 255)',
  );
  for (const gone of ['form', 'nav', '.standing', '#acts'])
    expect(await page.locator(gone).first().isVisible()).toBe(false);
  expect(await page.getByText('Mitigation Actions').isVisible()).toBe(true);
  expect(await page.locator('ol.timeline').isVisible()).toBe(true);
  await context.close();
});
