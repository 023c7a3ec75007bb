/**
 * Owns what would come of a message of a deployment tool, and why: for people who write
 * alerts.yaml. Changes nothing, and knows no running release.
 */
import type { ChangeTrial } from '../../contracts/changes-view';
import { given } from '../../given';
import type { SaidChange } from '../model';
import { assertNever } from '../model/assert-never';
import { unknownName } from '../text/nearest';
import { askedOf, asksForVersion, notAsked, releaseMeant } from './meant';
import type { ReadChange } from './reading';
import { changeRow } from './shown';

/** What would come of the message of `source`. `checks`: those of the templates of releases. */
export function triedChange(source: string, read: ReadChange, checks: readonly string[]): ChangeTrial {
  switch (read.type) {
    case 'ignored':
      return { source, would: 'nothing', because: read.because };
    case 'said': {
      const { because, ...change } = changeRow(read.said.change);
      if (change.kind === 'unread') return { source, would: 'not-read', ...given({ because }) };
      return {
        source,
        change,
        ...given({ check: read.said.check, doubt: read.because }),
        ...deedOf(read.said, checks),
      };
    }
    default:
      return assertNever(read);
  }
}

type Deed = Pick<ChangeTrial, 'would' | 'because' | 'release' | 'byVersion'>;

function deedOf(said: SaidChange, checks: readonly string[]): Deed {
  const { check } = said;
  // No release is running here: only what the message itself says is known.
  const { release, because } = releaseMeant(said, []);
  if (because !== undefined) return { would: 'list', because };
  const byVersion = asksForVersion(said) ? (true as const) : undefined;
  if (release === null && byVersion === undefined)
    return { would: check === undefined ? 'list' : 'nothing', ...given({ because: meansNone(said) }) };
  const meant = given({ release: release ?? undefined, byVersion });
  const asked = askedOf(said);
  if (asked === undefined) return { would: 'list', ...meant, ...given({ because: notAsked(said) }) };
  const isStrange = check !== undefined && !checks.includes(check.name);
  return {
    would: asked.name,
    ...meant,
    ...given({ because: isStrange ? unknownName('check', check.name, checks) : undefined }),
  };
}

// What is no deployment and no check means no release, and nobody has to wonder.
function meansNone({ change, check }: SaidChange): string | undefined {
  if (check === undefined && change.kind !== 'deployed' && change.kind !== 'deployment-failed') return undefined;
  return change.version === undefined
    ? 'it names neither a release nor a version'
    : `it names no release, and no service of services.yaml: ${change.version} alone means no release`;
}
