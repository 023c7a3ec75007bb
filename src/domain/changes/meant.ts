/**
 * Owns which release a message of a deployment tool means, and what it asks of that release: exact
 * and unambiguous, or none. Pure.
 */
import type { Change, ChangeOutcome, CommandBody, SaidChange } from '../model';
import { iso } from '../time/instants';
import { given } from '../../given';

/** What is looked at of a release. */
export interface RunningRelease {
  readonly id: string;
  readonly status: string;
  readonly version?: string;
  readonly services: readonly string[];
  readonly drill: boolean;
  readonly deployedAt?: string;
  readonly restricted?: unknown;
}

/** The release that is meant; null: none. `because`: why there is none although one was meant. */
export interface Meant {
  readonly release: string | null;
  readonly because?: string;
}

/** Whether the running releases of its services have to be looked at to know which one is meant. */
export function asksForVersion({ releases, change, check }: SaidChange): boolean {
  const isOfRelease = check !== undefined || change.kind === 'deployed' || change.kind === 'deployment-failed';
  return releases.length === 0 && isOfRelease && change.version !== undefined && change.services.length > 0;
}

/**
 * `running`: the open releases of its services; only those with its version may be meant.
 * `areMore`: there are others, at which nobody looked.
 */
export function releaseMeant(said: SaidChange, running: readonly RunningRelease[], areMore = false): Meant {
  const { releases, change } = said;
  const [named, second] = releases;
  if (second !== undefined) return { release: null, because: `it names several releases: ${releases.join(', ')}` };
  if (named !== undefined) return { release: named };
  if (!asksForVersion(said)) return { release: null };
  const fitting = running.filter(
    ({ version, services, drill, restricted }) =>
      version !== undefined &&
      sameVersion(version, change.version!) &&
      !drill &&
      // R37: nobody finds it by its service.
      restricted === undefined &&
      services.some((service) => change.services.includes(service)),
  );
  const [only, other] = fitting;
  if (other !== undefined)
    return {
      release: null,
      because: `several releases are ${change.version}: ${fitting.map(({ id }) => id).join(', ')}`,
    };
  if (areMore)
    return {
      release: null,
      because: `too many releases of its services are running to find the one by ${change.version}; name the release`,
    };
  return { release: only?.id ?? null };
}

/** `v2.14.0`, `refs/tags/v2.14.0` and `release/2.14.0` are `2.14.0`. */
export function sameVersion(one: string, other: string): boolean {
  return plain(one) === plain(other);
}
const plain = (version: string): string =>
  version
    .toLowerCase()
    .replace(/^refs\/(tags|heads)\//, '')
    .replace(/^releases?\//, '')
    .replace(/^v(?=\d)/, '');

/** The command that a message stands for. */
type AskedOfRelease =
  | { readonly name: 'report-check'; readonly body: CommandBody<'report-check'> }
  | { readonly name: 'mark-deployed'; readonly body: CommandBody<'mark-deployed'> };

/** The command that the message stands for; undefined: none. A failed deployment is only told. */
export function askedOf(said: SaidChange): AskedOfRelease | undefined {
  return notAsked(said) === undefined ? commandOf(said) : undefined;
}

/** Why the message asks nothing of the release that it means, although it would; or undefined. */
export function notAsked(said: SaidChange): string | undefined {
  const command = commandOf(said);
  return command === undefined || said.may.includes(command.name) ? undefined : `the source may not ${command.name}`;
}

function commandOf({ change, check, receivedAt }: SaidChange): AskedOfRelease | undefined {
  if (check !== undefined) {
    const { name, result } = check;
    const body = { check: name, result, at: iso(change.at), ...given({ url: change.url }) };
    return { name: 'report-check', body };
  }
  if (change.kind !== 'deployed') return undefined;
  // A time in whole seconds means any moment of that second: the deployment may have begun in it.
  const at = change.at % 1_000 === 0 ? Math.min(change.at + 999, receivedAt) : change.at;
  return { name: 'mark-deployed', body: { at: iso(at) } };
}

/**
 * What comes of a message that names a release which there is not, or which is restricted (R37).
 */
export const noSuchRelease: ChangeOutcome = { type: 'kept', because: 'there is no release of that id' };

/**
 * What comes of a refusal: it is not lost, but kept with its reason. What the release knows already
 * is taken. R37: of a restricted release nothing is said that would not be said of none.
 */
export function refused(
  release: string,
  { reason, message }: { readonly reason: string; readonly message: string },
  { kind }: Change,
  known: Pick<RunningRelease, 'deployedAt' | 'status' | 'restricted'> | undefined,
): ChangeOutcome {
  if (reason === 'restricted' || known?.restricted !== undefined) return noSuchRelease;
  const isKnown = known?.deployedAt !== undefined && known.status !== 'rolled-back';
  if (kind === 'deployed' && isKnown && (reason === 'not-deploying' || reason === 'closed'))
    return { type: 'taken', release };
  return { type: 'kept', release, because: message.slice(0, 200) };
}
