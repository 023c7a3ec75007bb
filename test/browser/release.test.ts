/** A release on a phone, from its checklist to live and finished: everything through its page. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { clockIn } from '../../src/contracts/clock-time';
import { openBrowser, openWindow, overflow, serveMuster, tabTo, type Served } from './browsing';

let browser: Browser;
let served: Served;
beforeAll(async () => {
  [browser, served] = await Promise.all([openBrowser(), serveMuster({}, twoDecide)]);
});
afterAll(async () => {
  await browser.close();
  await served.close();
});

// The short checklist, with the two voters of the long one.
async function twoDecide(config: string): Promise<void> {
  const file = join(config, 'templates', 'hotfix.yaml');
  const before = await readFile(file, 'utf8');
  const after = before.replace('approvers: { min: 1,', 'approvers: { min: 2,');
  expect(after).not.toBe(before);
  await writeFile(file, after);
}

const zone = 'Europe/Athens';

async function planned(): Promise<string> {
  const plan = { title: 'Fix the checkout', template: 'hotfix', targetAt: '30m', services: ['payments'] };
  const { status, body } = await served.muster().post('/v1/releases', plan);
  expect(status).toBe(201);
  return String(body['id']);
}

const gateOn = (page: Page) => page.locator('article', { hasText: 'go-no-go' });

async function vote(page: Page): Promise<void> {
  const gate = gateOn(page);
  await gate.getByText('Vote', { exact: true }).first().tap();
  await gate.getByLabel('Your vote').selectOption('go');
  await gate.getByRole('button', { name: 'Vote' }).tap();
  await gate.getByText('Done.').waitFor();
}

async function report(page: Page, check: string): Promise<void> {
  const form = page.locator('form', { hasText: 'What was measured' });
  if (!(await form.isVisible())) await page.getByText('Report a result').tap();
  await form.locator('select[name=check]').selectOption(check);
  await form.locator('select[name=result]').selectOption('pass');
  await form.getByRole('button', { name: 'Report it' }).tap();
  await page.locator('section[aria-labelledby=checks] li', { hasText: check }).getByText('passed').waitFor();
}

test('from planned to deployed and completed', async () => {
  const id = await planned();
  const release = async () => (await served.muster().get(`/v1/releases/${id}`)).body;
  const [one, other] = await Promise.all([openWindow(browser), openWindow(browser)]);
  const { page } = one;

  // By Now, as somebody does who has no link.
  await page.goto(served.muster().url);
  await page.getByText('Fix the checkout').first().tap();
  await page.getByRole('heading', { name: 'Fix the checkout' }).waitFor();
  await page.getByText(/^Live/).waitFor();
  expect(await overflow(page)).toBeLessThanOrEqual(0);

  // The checklist, by keyboard.
  await page.locator('section[aria-labelledby=checklist] > label').getByLabel('You are').selectOption('jonas');
  for (const item of [/holds the fix/, /reviewed the change/, /way back is known/, /Deploy to staging/]) {
    await tabTo(page, item);
    await page.keyboard.press('Space');
    // The focus stays where the reader is.
    await page.locator('p.todo:focus', { hasText: item }).waitFor();
  }
  await page.getByText(/4 of 7 settled/).waitFor();

  for (const check of ['unit-tests', 'build-artifacts', 'smoke-tests']) await report(page, check);
  await page.getByText(/7 of 7 settled/).waitFor();

  // Two people, each on their own phone: the other sees what the first one does.
  await other.page.goto(page.url());
  await other.page.getByText(/^Live/).waitFor();
  await vote(page);
  const seen = gateOn(other.page);
  await seen.getByText('Jonas Weber: go').waitFor();
  await seen.getByText('CLOSED', { exact: true }).waitFor();
  await other.page.locator('section[aria-labelledby=checklist] > label').getByLabel('You are').selectOption('ingrid');
  await vote(other.page);
  await gateOn(page).getByRole('heading', { name: 'go-no-go, before Deployment: open' }).waitFor();

  // What would move is seen before anything moves.
  const { targetAt: before } = await release();
  const later = `${clockIn(zone, Date.parse(String(before)) + 2 * 86_400_000).date}T12:00`;
  await page.getByText('Move the target', { exact: true }).first().tap();
  await page.getByLabel('New target').fill(later);
  await page.getByLabel('Why it moves').fill('The bank is closed');
  await page.getByRole('button', { name: 'Show what would move' }).tap();
  await page.locator('table.moves', { hasText: 'target' }).waitFor();
  await page.getByText('Nothing was moved yet.').waitFor();
  expect((await release())['targetAt']).toBe(before);
  await page.getByRole('button', { name: 'Move the target' }).tap();
  await page.getByText('The target was moved.').waitFor();
  const { date, time } = clockIn(zone, Date.parse(String((await release())['targetAt'])));
  expect(`${date}T${time}`).toBe(later);

  await page.getByText('Start the deployment', { exact: true }).first().tap();
  await page.getByLabel('Why it begins early').fill('The bank opens sooner');
  await page.getByRole('button', { name: 'Start the deployment' }).tap();
  await page.getByText(/· deploying/).waitFor();
  await report(page, 'health-checks');
  await page.getByText('It is live', { exact: true }).first().tap();
  await page.getByRole('button', { name: 'It is live' }).tap();
  await page.getByText(/· monitoring/).waitFor();
  await other.page
    .getByText(/Live since/)
    .first()
    .waitFor();

  // With its last item the release is complete.
  await page.locator('summary', { hasText: 'Watch: ' }).tap();
  for (const item of ['Error rates within', 'The fix does what'])
    await page.getByRole('checkbox', { name: item }).tap();
  await page.getByText(/· completed/).waitFor();
  expect(await release()).toMatchObject({ status: 'completed', openItems: 0 });
  for (const { faults, context } of [one, other]) {
    expect(faults).toEqual([]);
    await context.close();
  }
});
