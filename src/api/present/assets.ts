/**
 * Owns the files that pages load: styles, script, icon, manifest. Each has an address that changes
 * with its content, under which browsers may keep it for ever.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface Asset {
  readonly type: string;
  readonly content: Buffer;
  readonly compressed: Buffer;
  readonly version: string;
}

const folder = join(__dirname, '..', '..', 'web');
export const assetNames = {
  'page.css': 'text/css; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'icon-192.png': 'image/png',
  'icon-512.png': 'image/png',
  'muster.webmanifest': 'application/manifest+json',
} as const;
export type AssetName = keyof typeof assetNames;

/** By name. The script is made by the build, so who runs the sources has pages without. */
const assets = new Map(
  Object.entries(assetNames).flatMap(([name, type]): [string, Asset][] => {
    const file = join(folder, name);
    if (name === 'page.js' && !existsSync(file)) return [];
    const content = readFileSync(file);
    const version = createHash('sha256').update(content).digest('hex').slice(0, 12);
    return [[name, { type, content, compressed: gzipSync(content, { level: 9 }), version }]];
  }),
);

export function assetCalled(name: string): Asset | undefined {
  return assets.get(name);
}

/** Where what stands in the head of a page is, from the root of the installation. */
export const assetPaths = {
  css: pathOf('page.css'),
  icon: pathOf('icon.svg'),
  touchIcon: pathOf('icon-192.png'),
  manifest: pathOf('muster.webmanifest'),
  ...(assets.has('page.js') ? { script: pathOf('page.js') } : {}),
};

function pathOf(name: AssetName): string {
  return `assets/${name}?v=${assets.get(name)?.version ?? ''}`;
}
