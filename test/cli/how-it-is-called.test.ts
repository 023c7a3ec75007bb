/**
 * All texts for people call the command `muster`. `npx muster` would download the package of a
 * stranger who holds that name on the registry.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const doesNotShip = /^(node_modules|\.git|\.muster|\.venv|dist.*|coverage|test|package-lock\.json)$/;

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (folder === root && doesNotShip.test(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });

test('no file that ships tells people to fetch `muster` from a registry', () => {
  const files = filesUnder(root);
  expect(files.length).toBeGreaterThan(300);
  const fetches =
    /\b(npx|npm exec|npm x|npm init|npm create|bunx|pnpm dlx|yarn dlx|npm (i|install)( -g| --global)?)\s+(-\S+\s+)*muster\b/;
  const found = files.filter((file) => fetches.test(readFileSync(file, 'utf8')));
  expect(found).toEqual([]);
});
