/**
 * Owns what the browser tests share: Chromium, a window of a phone, and what a page must never do:
 * break the policy of its content, throw, or run what somebody wrote.
 */
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { configFor, freePort, Muster, removeFolder, Sink } from '../e2e/muster';

/** A small phone. */
export const phone = { width: 360, height: 740 } as const;

/** A browser of its own. The tests start it; it has no sandbox, because tests may run as root. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A window of the browser, and what went wrong in it. */
export interface Window {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page threw, and what its policy refused. */
  readonly faults: string[];
}

export async function openWindow(browser: Browser, options: BrowserContextOptions = {}): Promise<Window> {
  const context = await browser.newContext({
    viewport: phone,
    hasTouch: true,
    locale: 'en-GB',
    timezoneId: 'Europe/Athens',
    ...options,
  });
  const faults: string[] = [];
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`threw ${error.message}`));
  page.on('dialog', (dialog) => {
    faults.push(`opened a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) faults.push(message.text());
  });
  return { page, context, faults };
}

/** A Muster of its own, as `npm start` starts it, and a receiver of its messages. */
export interface Served {
  readonly muster: () => Muster;
  readonly sink: Sink;
  /** Power cut. */
  readonly cut: () => Promise<void>;
  readonly startAgain: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `prepare` may change the files of the folder `config`, before Muster reads them. */
export async function serveMuster(
  more: NodeJS.ProcessEnv = {},
  prepare: (config: string) => Promise<void> = async () => undefined,
): Promise<Served> {
  const sink = await Sink.open();
  const folder = await configFor(sink, '30m');
  await prepare(join(folder, 'config'));
  const port = await freePort();
  const launch = async () => {
    const started = Muster.launch(folder, port, more);
    await started.ready();
    return started;
  };
  let muster = await launch();
  return {
    muster: () => muster,
    sink,
    cut: () => muster.kill9(),
    startAgain: async () => {
      muster = await launch();
    },
    close: async () => {
      await muster.end();
      await sink.close();
      await removeFolder(folder);
    },
  };
}

/** Whether the element is seen without scrolling. */
export async function isInView(page: Page, text: string | RegExp): Promise<boolean> {
  const box = await page.getByText(text).first().boundingBox();
  const view = page.viewportSize();
  const top = await page.locator('html').evaluate(({ scrollTop }) => scrollTop);
  return box !== null && view !== null && top === 0 && box.y >= 0 && box.y + box.height <= view.height;
}

/** Presses Tab until the focus is on what is called `words`, by its label or its own text. */
export async function tabTo(page: Page, words: RegExp): Promise<void> {
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    const [text, label] = [
      await focused.textContent(),
      await focused.evaluate((one) => one.closest('label')?.textContent),
    ];
    if (words.test(`${label ?? text}`)) return;
  }
  throw new Error(`Tab does not lead to ${words}`);
}

/** How far the page is wider than its window, in px. */
export function overflow(page: Page): Promise<number> {
  return page.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
}
