/** What a start that is refused says of where the fault stands. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '../../src/app/settings';
import { editedFolder } from '../support/edited-folder';

const folder = editedFolder();
const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});
function refusal(env: NodeJS.ProcessEnv): string {
  process.env = { ...before, MUSTER_CONFIG: folder.path, ...env };
  try {
    readSettings('all');
  } catch (error) {
    return String(error);
  }
  return 'started';
}

test('a source without a key, where people sign in, is a fault of alerts.yaml', () => {
  writeFileSync(join(folder.path, 'alerts.yaml'), 'sources: { scripts: { preset: generic, severity: P2 } }\n');
  expect(refusal({ MUSTER_AUTHENTICATION: 'required' })).toMatch(
    /\n {2}alerts\.yaml: where people have to sign in, each source .*; without one: scripts$/,
  );
  expect(refusal({})).toBe('started');
});

test('an address that others reach, where nobody signs in, is a fault of MUSTER_HOST', () => {
  expect(refusal({ MUSTER_HOST: '0.0.0.0' })).toMatch(
    /\n {2}MUSTER_HOST: without authentication Muster listens on loopback only/,
  );
});
