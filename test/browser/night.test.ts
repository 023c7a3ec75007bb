/** A night on a phone: from the link of a message to the review. */
import type { Browser } from 'playwright-core';
import { until } from '../e2e/muster';
import { isInView, openBrowser, openWindow, serveMuster, type Served } from './browsing';

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster()]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

const outage = { title: 'Checkout is down', severity: 'P0', services: ['payments'] };

/** The page that `person` got about a new incident. */
async function paged(person: string, title: string) {
  const { body } = await served.muster().post('/v1/incidents', { ...outage, title });
  const id = String(body['id']);
  const find = () => served.sink.pages.find(({ process, recipient }) => process.id === id && recipient === person);
  await until(async () => find() !== undefined, 20_000);
  return { id, ...find()! };
}

test('from the link of a message to acknowledged, updated, resolved and reviewed', async () => {
  const { page, faults, context } = await openWindow(browser);
  const { id, process } = await paged('fatima', 'Checkout is down');
  expect(process.url).toMatch(new RegExp(`/incidents/${id}$`));
  await page.goto(process.url);
  await page.getByText('Nobody has answered yet').waitFor();
  // The first time, the phone asks who holds it; it remembers.
  await page.getByLabel('You are').first().selectOption('fatima');
  await page.getByRole('button', { name: 'Acknowledge' }).tap();
  await page.getByText('Acknowledged. Not yours?').waitFor();
  expect(await isInView(page, /Fatima Haddad/)).toBe(true);
  expect(await isInView(page, /paged by ops at/)).toBe(true);

  await page.getByText('Update', { exact: true }).tap();
  expect(await page.getByLabel('For', { exact: false }).first().textContent()).toContain('support');
  await page.getByLabel('What is new').fill('We roll back 2.14');
  await page.getByRole('button', { name: 'Send the update' }).tap();
  await page.getByText('Sent.').waitFor();
  await page.locator('blockquote', { hasText: 'We roll back 2.14' }).waitFor();

  await page.getByText('Resolve', { exact: true }).tap();
  await page.getByLabel('How it was resolved').fill('Rolled back');
  await page.getByRole('button', { name: 'The service is restored' }).tap();
  await page.getByText(/· resolved/).waitFor();

  await page.getByText('Write the review').tap();
  await page.getByLabel('Root cause').fill('A migration took the lock');
  await page.getByRole('button', { name: 'Keep the review' }).tap();
  await page.getByText('Kept. It stands in the report.').waitFor();
  const { body } = await served.muster().get(`/v1/incidents/${id}`);
  expect(body).toMatchObject({ status: 'resolved', hasIt: { person: 'fatima' }, review: { by: 'fatima' } });
  expect(faults).toEqual([]);
  await context.close();
});

test('two taps from a message: its link, and the button, which tells who else was told', async () => {
  const { page, faults, context } = await openWindow(browser);
  const { id, ackUrl } = await paged('fatima', 'Search is down');
  await page.goto(ackUrl!);
  await page.getByRole('button', { name: 'Acknowledge' }).tap();
  await page.getByText('Acknowledged by Fatima Haddad').waitFor();
  expect((await served.muster().get(`/v1/incidents/${id}`)).body).toMatchObject({ hasIt: { person: 'fatima' } });
  expect(await isInView(page, /paged by ops at/)).toBe(true);
  expect(faults).toEqual([]);
  await context.close();
});

test('a browser without a script reads and acknowledges', async () => {
  const { page, faults, context } = await openWindow(browser, { javaScriptEnabled: false });
  const { process } = await paged('fatima', 'Mail is down');
  await page.goto(process.url);
  await page.getByText('Nobody has answered yet').waitFor();
  await page.getByLabel('You are').first().selectOption('fatima');
  await page.getByRole('button', { name: 'Acknowledge' }).tap();
  await page.getByText(/Fatima Haddad, since/).waitFor();
  await page.goto(served.muster().url);
  await page.getByText('Mail is down').first().waitFor();
  expect(faults).toEqual([]);
  await context.close();
});

test('declares from a phone, and sees while typing what may be the same', async () => {
  const { page, faults, context } = await openWindow(browser);
  await paged('fatima', 'Login is down for some');
  await page.goto(served.muster().url);
  await page.getByText('Declare an incident').tap();
  await page.getByLabel('You are').selectOption('hana');
  await page.getByLabel('What is wrong, in one line').fill('login is down');
  await page.getByText('Maybe it is open already').waitFor();
  await page.getByLabel('What is wrong, in one line').fill('The lift is stuck');
  await page.getByText('Maybe it is open already').waitFor({ state: 'detached' });
  await page.getByLabel('Level').selectOption('P2');
  await page.getByRole('button', { name: 'Declare: the clocks start now' }).tap();
  await page.waitForURL(/\/incidents\/INC-/);
  await page.getByRole('heading', { name: /The lift is stuck/ }).waitFor();
  expect(faults).toEqual([]);
  await context.close();
});
