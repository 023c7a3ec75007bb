/** On call and Rehearse on a phone: a shift is taken and split, a question is asked. */
import type { Browser } from 'playwright-core';
import { openBrowser, openWindow, overflow, serveMuster, type Served } from './browsing';

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster()]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

interface Rota {
  readonly shifts: readonly {
    readonly from: string;
    readonly to: string;
    readonly people: readonly { person: string }[];
  }[];
}

test('a shift is chosen, taken, split with somebody, and given back; what does not fit is said', async () => {
  const { page, faults, context } = await openWindow(browser);
  const { muster } = served;
  const rota = async () =>
    (await muster().get('/v1/on-call/schedules/travel-primary/shifts?to=4w')).body as unknown as Rota;
  const { shifts } = await rota();
  const shift = shifts[2]!;
  await page.goto(`${muster().url}/on-call`);
  await page.locator('article', { hasText: 'Travel primary' }).getByText('shifts as a list').tap();
  await page
    .locator(`a[href*="travel-primary"][href*="${encodeURIComponent(shift.from)}"]`)
    .last()
    .tap();
  await page.getByRole('heading', { name: 'Change a shift' }).waitFor();
  await page.locator('#shift').getByLabel('You are').first().selectOption('tomas');

  // The end before the beginning.
  await page.getByLabel('Until').first().fill('2020-01-01T09:00');
  await page.getByRole('button', { name: 'Take the shift' }).tap();
  await page.getByText(/Not done:/).waitFor();
  await page.reload();

  await page.getByRole('button', { name: 'Take the shift' }).tap();
  await page.getByText('Tomas Horak', { exact: false }).first().waitFor();
  await page.locator('#shift', { hasText: 'Travel primary: Tomas Horak' }).waitFor();
  const taken = (await rota()).shifts.find(({ from }) => from === shift.from)!;
  expect(taken).toMatchObject({ to: shift.to, people: [{ person: 'tomas' }] });

  await page.getByText('Split it between two').tap();
  await page.locator('select[name=person]').last().selectOption('sofia');
  await page.getByRole('button', { name: 'Split the shift' }).tap();
  await page.getByText(/Sofia Lindgren stands in on travel-primary/).waitFor();
  const parts = (await rota()).shifts.filter(({ from }) => from >= shift.from && from < shift.to);
  expect(parts.map(({ people }) => people[0]!.person)).toEqual(['tomas', 'sofia']);
  expect(parts[1]!.to).toBe(shift.to);

  await page.getByText('Take back that somebody stands in').tap();
  await page.getByRole('button', { name: /^Remove ov-/ }).tap();
  await page.locator('#shift', { hasText: 'Travel primary: Tomas Horak' }).waitFor({ state: 'detached' });
  expect(faults).toEqual([]);
  await context.close();
});

test('a rehearsal is asked for by the form, with a script and without', async () => {
  for (const javaScriptEnabled of [true, false]) {
    const { page, faults, context } = await openWindow(browser, { javaScriptEnabled });
    await page.goto(`${served.muster().url}/rehearse`);
    await page.getByLabel('Level').selectOption('P0');
    await page.locator('select[name=service]').selectOption('payments');
    await page.getByLabel('Who answers').selectOption('first');
    await page.getByLabel('After how many minutes').fill('7');
    await page.getByRole('button', { name: 'Rehearse' }).tap();
    await page.waitForURL(/who=first/);
    await page.locator('.figures', { hasText: '+7 min' }).waitFor();
    expect(await page.locator('.item.met', { hasText: 'response' }).count()).toBe(1);
    expect(faults).toEqual([]);
    await context.close();
  }
});

test('coming back to a rehearsal asks for none, unless the policy is another', async () => {
  const { page, faults, context } = await openWindow(browser);
  await page.goto(`${served.muster().url}/rehearse?level=P0&service=payments`);
  await page.getByText(/^Of \d/).waitFor();
  let rehearsals = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === '/rehearse') rehearsals += 1;
  });
  const comeBack = async () => {
    const answered = page.waitForResponse('**/v1/templates');
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))");
    await (await answered).finished();
  };
  await comeBack();
  await comeBack();
  expect(rehearsals).toBe(0);
  await page.route('**/v1/templates', (route) => route.fulfill({ json: { items: [{ hash: 'of another policy' }] } }));
  const anew = page.waitForResponse('**/rehearse?**');
  await comeBack();
  expect((await anew).status()).toBe(200);
  expect(faults).toEqual([]);
  await context.close();
});

test('no page is wider than a small phone, and what is tapped has 44 px', async () => {
  const { page, faults, context } = await openWindow(browser);
  const small: string[] = [];
  for (const path of [
    'on-call?person=omar',
    'on-call?schedule=travel-primary&at=2026-12-24T00:00:00Z',
    'rehearse?level=P0&service=bookings',
    'rehearse?show=coverage',
    'rehearse?show=what-if',
  ]) {
    await page.goto(`${served.muster().url}/${path}`);
    await page.locator('main h1').waitFor();
    expect([path, await overflow(page)]).toEqual([path, 0]);
    for (const target of await page.locator('main a:visible, main button:visible, main summary:visible').all()) {
      const px = Math.ceil((await target.boundingBox())?.height ?? 44);
      if (px < 44) small.push(`${path}: ${await target.textContent()} has ${px} px`);
    }
  }
  expect(small).toEqual([]);
  expect(faults).toEqual([]);
  await context.close();
});
