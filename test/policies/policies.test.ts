/**
 * Whole policies of teams, each a folder: it loads, does what its rehearsals promise, at instants
 * worked out by hand, and each page would reach somebody. README.md says where each comes from.
 */
import { readdirSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { start } from '../cli/muster';

const folders = readdirSync(__dirname, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [relative(process.cwd(), join(__dirname, entry.name))] : [],
);

/** Where the policy itself leaves people alone, and how many findings that makes. */
const unsound: Readonly<Record<string, number>> = {
  // On two of three continents one person stands on the last two rungs.
  'three-continents': 1,
  // Gaps in the rotas of the support team, and the same person on two rungs of each team.
  'three-teams': 5,
};

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
    const { code, out } = await muster('coverage', '--from', '2026-11-30', '--days', '366', '-o', 'json');
    const errors = unsound[basename(folder)] ?? 0;
    expect([code, JSON.parse(out)]).toEqual([errors === 0 ? 0 : 1, expect.objectContaining({ errors })]);
  });
});
