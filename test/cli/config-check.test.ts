/** `config check`: what is wrong is an error, what would surprise people is a warning. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './muster';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-check-'));
  cpSync(join(__dirname, '..', '..', 'config'), folder, { recursive: true });
  const path = join(folder, 'channels.yaml');
  const text = readFileSync(path, 'utf8');
  const hook = '  hook: { type: webhook, url: "https://hooks.example.com/muster", secret: "env:HOOK_SECRET" }\n';
  writeFileSync(path, text.replace(/^channels:\n/m, `channels:\n${hook}`));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const check = (env: NodeJS.ProcessEnv) =>
  start(['config', 'check', folder], { env: { HOOK_SECRET: 'a-secret-of-the-hook', ...env } }).ended;

test('links to loopback beside a channel that leaves the machine are warned of, and are no error', async () => {
  const { code, out, err } = await check({});
  expect([code, out]).toEqual([0, '']);
  expect(err).toMatch(/^warning: links in messages lead to http:\/\/127\.0\.0\.1:8080.* by hook \(webhook\);/);
  expect(err).toContain('no errors');
});

test('an address at which people reach Muster needs no warning', async () => {
  const { code, err } = await check({ MUSTER_PUBLIC_URL: 'https://muster.example.com' });
  expect(code).toBe(0);
  expect(err).not.toContain('warning');
});
