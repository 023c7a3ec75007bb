/**
 * Owns whether messages leave Muster at all: people and audiences that only channels reach which
 * stay inside, such as the inbox. Knows nothing of when.
 */
import { levelOf, levelsOf } from '../state/severity';
import { allTold } from '../messages/audiences';
import type { Directory, Policy } from '../model';
import type { Span } from './stretches';
import type { CoverageNotes } from './notes';
import type { Way } from './reached';

/**
 * Notes the people among `paged`, and the audiences of `policies`, whom no message reaches outside.
 * A person with a way that cannot work is another finding.
 */
export function noteInside(
  {
    policies,
    directory,
    ways,
    inside = [],
  }: {
    readonly policies: readonly Policy[];
    readonly directory: Directory;
    readonly ways: Readonly<Record<string, readonly Way[]>>;
    readonly inside?: readonly string[];
  },
  paged: ReadonlySet<string>,
  notes: CoverageNotes,
  always: Span,
): void {
  const people = [...paged].filter((id) => {
    const own = ways[id] ?? [];
    return own.length > 0 && own.every(({ channel, problem }) => problem === undefined && inside.includes(channel));
  });
  const over = [...new Set(people.flatMap((id) => ways[id]!.map(({ channel }) => channel)))];
  const names = people.map((id) => directory.people[id]?.name ?? id).sort();
  if (names.length > 0)
    notes.addOfNoLadder({ kind: 'stays-here', level: 'note', channels: over, people: names }, [always]);
  for (const isPublic of [false, true]) {
    const deaf = audiencesOf(policies).filter(
      (one) => one.isPublic === isPublic && one.channels.every((channel) => inside.includes(channel)),
    );
    const audiences = [...new Set(deaf.map(({ id }) => id))];
    const channels = [...new Set(deaf.flatMap((one) => one.channels))];
    if (audiences.length > 0)
      notes.addOfNoLadder({ kind: 'stays-here', level: 'note', channels, audiences, isPublic }, [always]);
  }
}

// The audiences that hear of something by the policy, and the public ones, to which people post.
function audiencesOf(policies: readonly Policy[]) {
  return policies.flatMap((policy) => {
    const named = [
      ...levelsOf(policy).flatMap((level) => levelOf(policy, level).inform),
      ...(policy.announcements ?? []).flatMap(({ to }) => to.filter((name) => name !== allTold)),
    ];
    return Object.entries(policy.audiences)
      .filter(([id, audience]) => audience.public || named.includes(id))
      .map(([id, audience]) => ({ id, isPublic: audience.public, channels: audience.channels }));
  });
}
