/** What the style sheet promises to eyes and fingers. */
import { assetCalled } from '../../src/api/present/assets';

const pageCss = assetCalled('page.css')!.content.toString('utf8');

/** The colours of both schemes, by their names. */
const schemes: readonly Readonly<Record<string, string>>[] = [...pageCss.matchAll(/:root \{([^}]*)\}/g)].map(
  ([, body]) =>
    Object.fromEntries<string>(
      [...body!.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name!, colour!] as const),
    ),
);

// WCAG 2.2, relative luminance.
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5]
    .map((start) => parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test('there is a light and a dark scheme and one for paper, with the same names', () => {
  expect(schemes).toHaveLength(3);
  for (const scheme of schemes) expect(Object.keys(scheme)).toEqual(Object.keys(schemes[0]!));
  expect(schemes[2]).toMatchObject({ ground: '#ffffff', text: '#000000' });
  expect(pageCss).toContain('@media (prefers-color-scheme: dark)');
});

test.each([
  ['text', 'ground', 7],
  ['text', 'raised', 7],
  ['quiet', 'ground', 4.5],
  ['quiet', 'raised', 4.5],
  ['link', 'ground', 4.5],
  ['link', 'raised', 4.5],
  ['alarm', 'ground', 4.5],
  ['alarm', 'raised', 4.5],
  ['on-alarm', 'alarm', 4.5],
  ['line', 'ground', 3],
])('%s on %s can be read in both schemes (WCAG AA)', (name, ground, least) => {
  for (const colours of schemes) expect(contrast(colours[name]!, colours[ground]!)).toBeGreaterThanOrEqual(least);
});

test('nothing is drawn by an address, and what is tapped has 44 px', () => {
  expect(pageCss).not.toMatch(/url\(|@import|expression/);
  expect(pageCss).toMatch(/button,\ninput,\nselect,\ntextarea,\nsummary \{\n {2}min-height: 44px/);
});

test('names on the bars of pictures can be read on each of their tones', () => {
  const tones = [
    ...pageCss.matchAll(/\.tone-\d \{\s*fill: color-mix\(in srgb, var\(--(\w+)\) (\d+)%, var\(--ground\)\)/g),
  ];
  expect(tones).toHaveLength(3);
  const mixed = (one: string, other: string, share: number) =>
    `#${[1, 3, 5]
      .map((start) => {
        const [a, b] = [one, other].map((colour) => parseInt(colour.slice(start, start + 2), 16)) as [number, number];
        return Math.round(a * share + b * (1 - share))
          .toString(16)
          .padStart(2, '0');
      })
      .join('')}`;
  for (const colours of schemes)
    for (const [, name, percent] of tones) {
      const bar = mixed(colours[name!]!, colours['ground']!, Number(percent) / 100);
      expect(contrast(colours['text']!, bar)).toBeGreaterThanOrEqual(4.5);
    }
  // The shifts of the reader are in the reversed colours.
  for (const colours of schemes) expect(contrast(colours['ground']!, colours['link']!)).toBeGreaterThanOrEqual(4.5);
});
