/** Owns the style sheet of the pages: its text, and an address that changes with it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const pageCss = readFileSync(join(__dirname, '..', '..', 'web', 'page.css'), 'utf8');
/** Under it a browser may keep the text for ever. */
export const pageCssVersion = createHash('sha256').update(pageCss).digest('hex').slice(0, 12);
/** From the root of the installation. */
export const pageCssPath = `assets/page.css?v=${pageCssVersion}`;
