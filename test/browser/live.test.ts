/** The pages while something happens: two readers, a server that dies while somebody watches. */
import type { Browser, Route } from 'playwright-core';
import { openBrowser, openWindow, serveMuster, type Served } from './browsing';

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster()]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

async function declared(title: string): Promise<string> {
  const { body } = await served.muster().post('/v1/incidents', { title, severity: 'P0', services: ['payments'] });
  return String(body['id']);
}

test('what one person does, another sees at once, on the incident and on Now', async () => {
  const id = await declared('Checkout is down');
  const [one, other, now] = await Promise.all([openWindow(browser), openWindow(browser), openWindow(browser)]);
  const url = `${served.muster().url}/incidents/${id}`;
  await Promise.all([one.page.goto(url), other.page.goto(url), now.page.goto(served.muster().url)]);
  await Promise.all([one, other, now].map(({ page }) => page.getByText(/^Live/).waitFor()));
  await now.page.getByText('Nobody has it.').waitFor();
  await one.page.getByLabel('You are').first().selectOption('hana');
  await one.page.getByRole('button', { name: 'Acknowledge' }).click();
  await other.page.getByText(/Hana.*, since/).waitFor();
  // Nothing is left to press for the other, without a reload by hand.
  await other.page.getByRole('button', { name: 'Acknowledge' }).waitFor({ state: 'detached' });
  await now.page.getByText(/Hana.* has it/).waitFor();
  for (const { faults, context } of [one, other, now]) {
    expect(faults).toEqual([]);
    await context.close();
  }
});

test('a page that was made before the list had an incident shows it with its first word of the stream', async () => {
  const { page, faults, context } = await openWindow(browser);
  const title = 'Mail is late';
  // As when the list is behind: the page was made, and the incident began before it listened.
  const later = async (route: Route) => {
    await declared(title);
    await route.continue();
  };
  await page.route('**/v1/stream', later, { times: 1 });
  await page.goto(served.muster().url);
  await page.getByRole('link', { name: title }).first().waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('says that it is reconnecting while the server is away, and goes on with nothing doubled', async () => {
  const id = await declared('Search is down');
  const { page, faults, context } = await openWindow(browser);
  await page.goto(`${served.muster().url}/incidents/${id}`);
  await page.getByText(/^Live/).waitFor();
  await served.cut();
  await page.getByText(/^Reconnecting: what you see is of/).waitFor();
  await served.startAgain();
  const { status } = await served.muster().post(`/v1/incidents/${id}/comment`, { text: 'The power is back' });
  expect(status).toBe(200);
  await page.getByText(/^Live/).waitFor({ timeout: 40_000 });
  await page.locator('.timeline').getByText('The power is back').waitFor();
  const entries = await page.locator('.timeline > li').allTextContents();
  expect(entries.filter((text) => text.includes('The power is back'))).toHaveLength(1);
  expect(new Set(entries).size).toBe(entries.length);
  expect(faults).toEqual([]);
  await context.close();
});

test('a command that gets no answer is sent again under its key, and counts once', async () => {
  const id = await declared('Mail is down');
  const { page, faults, context } = await openWindow(browser);
  await page.goto(`${served.muster().url}/incidents/${id}`);
  await page.getByText(/^Live/).waitFor();
  let lost = 0;
  await page.route('**/comment', async (route) => {
    if (lost > 1) return route.continue();
    lost += 1;
    // The server does it, and the answer is lost on the way.
    await route.fetch();
    return route.abort('connectionreset');
  });
  await page.getByText('Comment, link').click();
  await page.locator('form', { hasText: 'On the timeline' }).getByLabel('You are').selectOption('hana');
  await page.getByLabel('On the timeline').fill('Said once');
  await page.getByRole('button', { name: 'Comment' }).click();
  await page.getByText(/No answer yet/).waitFor();
  await page.getByText('Done.').waitFor();
  expect(lost).toBe(2);
  const { body } = await served.muster().get(`/v1/incidents/${id}/timeline?limit=200`);
  const said = (body['items'] as { text: string }[]).filter(({ text }) => text.includes('Said once'));
  expect(said).toHaveLength(1);
  expect(faults).toEqual([]);
  await context.close();
});

test('says why nothing more is heard when the server refuses the stream, and stays as it was', async () => {
  const id = await declared('Login is down');
  const { page, context } = await openWindow(browser);
  await page.route('**/v1/stream**', (route) =>
    route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 401, detail: 'your session is over; sign in again' }),
    }),
  );
  await page.goto(`${served.muster().url}/incidents/${id}`);
  await page.getByText(/^No longer kept up to date: your session is over; sign in again\. This is of/).waitFor();
  await page.getByRole('heading', { name: /Login is down/ }).waitFor();
  await context.close();
});
