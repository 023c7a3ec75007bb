/**
 * Whole policies of teams, each a folder written from docs/policy.md alone: it loads, does what its
 * rehearsals promise, at instants worked out by hand, and each page would reach somebody.
 */
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { start } from '../cli/muster';

const folders = readdirSync(__dirname, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [relative(process.cwd(), join(__dirname, entry.name))] : [],
);

describe.each(folders)('%s', (folder) => {
  const muster = (...words: string[]) =>
    start(words, { env: { MUSTER_CONFIG: folder, MUSTER_PUBLIC_URL: 'https://muster.example.com' } }).ended;

  test('is accepted without a word', async () => {
    const { code, err } = await muster('config', 'check', folder);
    expect([code, err]).toEqual([0, expect.stringContaining(`${folder}: no errors`)]);
  });

  test('does what its rehearsals promise', async () => {
    const { code, out, err } = await muster('rehearse', '--all', join(folder, 'rehearsals'));
    expect([code, out]).toEqual([0, expect.not.stringContaining('BROKEN')]);
    expect(err).toMatch(/^[1-9]\d* scenarios, [1-9]\d* expectations, all kept/);
  });

  test('would reach somebody with each page, for a year', async () => {
    const { code, out } = await muster('coverage', '--days', '366', '-o', 'json');
    expect([code, JSON.parse(out)]).toEqual([0, expect.objectContaining({ errors: 0 })]);
  });
});
