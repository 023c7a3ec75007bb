/**
 * Owns the pictures of the pages in docs/images: `npm run pictures` takes them anew, with Chromium,
 * of a Muster that it is told of (MUSTER_URL) and fills with an example. Plain Node.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'images');
const server = process.env.MUSTER_URL ?? 'http://127.0.0.1:8080';
mkdirSync(folder, { recursive: true });

async function post(path, body, actor = 'emeka') {
  const answer = await fetch(`${server}/v1/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Muster-Actor': actor },
    body: JSON.stringify(body),
  });
  const view = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${view.detail}`);
  return view;
}

const outage = await post('incidents', {
  title: 'Checkout is down for customers in Europe',
  severity: 'P0',
  services: ['payments'],
});
const slow = await post('incidents', { title: 'Search is slow', severity: 'P2', services: ['search'] });
await post(`incidents/${slow.id}/acknowledge`, {}, 'hana');
await post(`incidents/${slow.id}/post-update`, { text: 'Two nodes are out; we add one.' }, 'hana');
await post(`incidents/${slow.id}/escalate`, { reason: 'A third node is out', to: ['giorgos'] }, 'hana');
const over = await post('incidents', { title: 'Payments time out', severity: 'P1', services: ['payments'] });
await post(`incidents/${over.id}/acknowledge`, {}, 'fatima');
await post(`incidents/${over.id}/post-update`, { text: 'The monitoring itself was slow' }, 'fatima');
await post(`incidents/${over.id}/cancel`, { reason: 'A false alarm' }, 'kenji');
const release = await post('releases', {
  title: 'Payments 2.15',
  targetAt: '14d',
  services: ['payments'],
  version: '2.15',
});

/** By name of the picture: the address, with the part that stands at the top of it. */
const views = {
  now: '',
  incident: `incidents/${outage.id}`,
  release: `releases/${release.id}`,
  'on-call': 'on-call#ahead',
  rehearse: 'rehearse?level=P0&service=payments#would',
  coverage: 'rehearse?show=coverage',
  'what-if': `rehearse?show=what-if&incident=${over.id}#compared`,
  history: 'history',
  settings: 'settings',
};
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [colorScheme, suffix] of [
  ['light', ''],
  ['dark', '-dark'],
]) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    colorScheme,
    timezoneId: 'Europe/Athens',
  });
  const page = await context.newPage();
  for (const [name, path] of Object.entries(views)) {
    if (suffix !== '' && name !== 'incident') continue;
    const answer = await page.goto(`${server}/${path}`);
    if (!answer?.ok()) throw new Error(`${path} answered ${answer?.status()}`);
    await page.locator('.standing').waitFor();
    await page.waitForTimeout(1_500);
    const file = join(folder, `${name}${suffix}.png`);
    await page.screenshot({ path: file });
    console.log(`docs/images/${name}${suffix}.png, ${Math.round(statSync(file).size / 1000)} KB`);
  }
  await context.close();
}
await browser.close();
