/**
 * Owns `npm run test:senders`: the tests with real programs around Muster, Alertmanager, Prometheus
 * and nginx from Debian's packages. Where the programs are not there, says so in one line and
 * succeeds. Plain Node.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.mjs';
import { testWith } from './programs-of-debian.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
ensureInstalled(root);
await testWith(
  { 'prometheus-alertmanager': 'prometheus-alertmanager', prometheus: 'prometheus', nginx: 'nginx-light' },
  join(root, 'jest.senders.config.js'),
  'with real senders',
);
