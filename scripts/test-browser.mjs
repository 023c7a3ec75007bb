/**
 * Owns `npm run test:browser`: the pages in a real browser, Chromium from Debian's packages. Where
 * it is not there, says so in one line and succeeds. Plain Node.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { testWith } from './programs-of-debian.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
await testWith({ chromium: 'chromium' }, join(root, 'jest.browser.config.js'), 'in a real browser');
