/**
 * Owns what an incident remembers of the alerts that it has no room to keep: a short number for
 * each, with its episode, so that its end is known for what it is. Pure.
 */
import { shortHash } from '../text/short-key';
import type { Incident, KnownAlert } from '../model';

type Alerts = NonNullable<Incident['alerts']>;

/** How many that fire are remembered: as many as the intake knows. */
const mostUnkept = 4_000;
/** How many that have ended are remembered; of the others, their number. */
const mostEnded = 1_000;

/** By number of the identity: the episode. The earliest stands first. */
export interface Unkept {
  readonly firing: Map<string, number>;
  readonly ended: Map<string, number>;
}

/** What stands in the state, to be changed. */
export function unkeptOf(alerts: { readonly unkept?: Alerts['unkept'] | undefined } | undefined): Unkept {
  return { firing: read(alerts?.unkept?.firing), ended: read(alerts?.unkept?.ended) };
}

function read(text = ''): Map<string, number> {
  const words = text === '' ? [] : text.split(' ');
  return new Map(words.map((word) => [word.slice(0, width), parseInt(word.slice(width), 36)]));
}

/** As it stands in the state: one text each, with nothing but what is needed. */
export function writtenUnkept({ firing, ended }: Unkept): Alerts['unkept'] {
  if (firing.size + ended.size === 0) return undefined;
  return { firing: written(firing), ended: written(ended) };
}
const written = (episodes: ReadonlyMap<string, number>) =>
  [...episodes].map(([number, episode]) => `${number}${episode.toString(36)}`).join(' ');

/** The number of an identity: two of 4,000 have the same once in millions of incidents. */
export const unkeptNumber = ({ id }: Pick<KnownAlert, 'id'>): string =>
  parseInt(shortHash(id).slice(0, 12), 16).toString(36).padStart(width, '0');
const width = 10;

/**
 * Remembers the alert as it is now. One that fell silent counts as firing: nobody said that it is
 * over.
 */
export function remember({ firing, ended }: Unkept, alert: KnownAlert): void {
  const number = unkeptNumber(alert);
  firing.delete(number);
  ended.delete(number);
  (alert.state === 'firing' || alert.fellSilent ? firing : ended).set(number, alert.episode);
}

/** Cuts it to its limits: how many that fire, and that have ended, are then counted only. */
export function cutUnkept({ firing, ended }: Unkept): { readonly further: number; readonly past: number } {
  return { further: cut(firing, mostUnkept), past: cut(ended, mostEnded) };
}
function cut(episodes: Map<string, number>, most: number): number {
  const over = [...episodes.keys()].slice(0, Math.max(0, episodes.size - most));
  for (const number of over) episodes.delete(number);
  return over.length;
}

/** How many alerts fire, kept or not, and how many there are in all. */
export function alertCounts(alerts: Alerts): { readonly firing: number; readonly all: number } {
  const { firing, ended } = unkeptOf(alerts);
  const { known, further, past = 0 } = alerts;
  return {
    firing: known.filter(({ state }) => state === 'firing').length + firing.size,
    all: known.length + firing.size + ended.size + further + past,
  };
}
