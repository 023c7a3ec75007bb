/** Owns colour: when there is colour, and the look of each tone. Colour only repeats the words. */
import { styleText } from 'node:util';
import type { Io, Out } from './io';

export type Tone = 'bad' | 'warn' | 'good' | 'dim' | 'strong' | 'plain';
export type Style = (tone: Tone, text: string) => string;

const looks = { bad: ['red', 'bold'], warn: 'yellow', good: 'green', dim: 'dim', strong: 'bold' } as const;

/**
 * The style for text that goes to `out`: plain under NO_COLOR, on a dumb terminal and in a pipe;
 * FORCE_COLOR overrules.
 */
export function styleFor(out: Out, env: Io['env']): Style {
  if (!isColoured(out, env)) return (_tone, text) => text;
  return (tone, text) => {
    if (tone === 'plain' || text === '') return text;
    const look = looks[tone];
    return styleText(typeof look === 'string' ? look : [...look], text, { validateStream: false });
  };
}

function isColoured(out: Out, env: Io['env']): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  if ((env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb') return false;
  return out.isTTY === true;
}

/** The tone of a severity by its place among the levels of its template. */
export function levelTone(level: { readonly rank: number } | undefined): Tone {
  return level?.rank === 0 ? 'bad' : level?.rank === 1 ? 'warn' : 'plain';
}
