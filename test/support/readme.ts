/** Owns what tests read out of the README. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The `alertmanager.yml` that the README shows. */
export function readmeAlertmanager(): string {
  const readme = readFileSync(join(__dirname, '..', '..', 'README.md'), 'utf8');
  const [, shown = ''] = /^```yaml\n(# alertmanager\.yml\n[^]*?)^```$/m.exec(readme) ?? [];
  return shown;
}
