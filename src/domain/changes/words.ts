/** Owns the words for a change: on timelines, in messages, in reports. */
import type { Change } from '../model';

const verbs: Readonly<Record<Change['kind'], string>> = {
  deploying: ' deployment begun',
  deployed: ' deployed',
  'deployment-failed': ' deployment failed',
  'rolled-back': ' rolled back',
  // Its title says what was changed.
  changed: '',
  check: ' refused',
  unread: ' not read',
};

/** What happened, on one line: `Payments 2.14 deployed (2.14.0, REL-2026-11-25-001, by leila)`. */
export function changeWords({
  kind,
  title,
  version,
  release,
  by,
}: Pick<Change, 'kind' | 'title' | 'version' | 'release' | 'by'>): string {
  const about = [
    ...(version === undefined || title.includes(version) ? [] : [version]),
    ...(release === undefined ? [] : [release]),
    ...(by === undefined ? [] : [`by ${by}`]),
  ];
  return `${title}${verbs[kind]}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}

/** What says whether a change can be taken back. */
type TakenBack = Pick<Change, 'kind' | 'release' | 'ended' | 'because'>;

/**
 * The release that a roll-back would take back; undefined when there is none any more. What a
 * release refused is no deployment of it.
 */
export function releaseToRollBack({ kind, release, ended, because }: TakenBack): string | undefined {
  if (because !== undefined) return undefined;
  return (kind === 'deploying' || kind === 'deployed') && ended !== true ? release : undefined;
}

/** What to type to take the change back because of an incident; undefined when nothing can be. */
export function rollBackWord(change: TakenBack, incident: string): string | undefined {
  const release = releaseToRollBack(change);
  return release === undefined ? undefined : `muster roll-back ${release} "for ${incident}"`;
}
