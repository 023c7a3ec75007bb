/** Checks of the documents: files that they name exist, and the version is the same everywhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(__dirname, '..', '..');
const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const proseOf = (path: string) => textOf(path).replace(/^```.*?^```/gms, '');

/** Paths below the clone, with `/` before each, of files and folders alike. */
const paths = ['bin', 'bench', 'config', 'docs', 'scripts', 'src', 'test', 'deploy']
  .flatMap((folder) => [
    folder,
    ...readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  ])
  .concat(readdirSync(root))
  .map((path) => `/${path}`);

test.each(documents)('every link of %s leads to a file', (document) => {
  const links = [...proseOf(document).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
});

test.each(['ARCHITECTURE.md', 'CONTRIBUTING.md', join('docs', 'rules.md')])(
  'every file that %s names exists',
  (document) => {
    const named = [...proseOf(document).matchAll(/`([\w./-]+(?:\.(?:ts|mjs|cjs|js|json|yaml|md)|\/))`/g)]
      .map(([, name = '']) => name.replace(/\/$/, ''))
      .filter((name) => !name.startsWith('/') && name !== 'dist');
    expect(named.length).toBeGreaterThan(2);
    expect(named.filter((name) => !paths.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
  },
);

test('package.json, package-lock.json and the head of the changelog have the same version', () => {
  const version = /"version": "([^"]+)"/;
  const expected = version.exec(textOf('package.json'))?.[1];
  expect(version.exec(textOf('package-lock.json'))?.[1]).toBe(expected);
  expect(/^## \[(\d[^\]]*)\]/m.exec(textOf('CHANGELOG.md'))?.[1]).toBe(expected);
});

test('every rule that the code names by its number stands in docs/rules.md, and no comment points to a document that does not ship', () => {
  const sources = paths.filter((path) => /^\/(src|test|bench|scripts)\/.*\.(ts|mjs|cjs)$/.test(path));
  const known = new Set([...textOf(join('docs', 'rules.md')).matchAll(/^### (T\d+) /gm)].map(([, rule]) => rule));
  expect(known.size).toBe(12);
  const faults = sources.flatMap((path) => {
    const text = textOf(path.slice(1));
    const rules = [...text.matchAll(/\bT\d{1,2}\b(?!:|[-\d])/g)].map(([rule]) => rule);
    const unknown = rules.filter((rule) => !known.has(rule)).map((rule) => `${path}: ${rule}`);
    return /\bdesign (section|page)s?\b|\bdesign\.md\b/.test(text.replace(/\/\\bdesign.*/g, ''))
      ? [...unknown, `${path}: names the design`]
      : unknown;
  });
  expect(faults).toEqual([]);
});
