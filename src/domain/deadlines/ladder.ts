/**
 * Owns which ladder a deadline climbs (R9, R30), and the number of a rung in its label. Knows no
 * instants (rung-instants.ts) and no people (on-call/refs.ts).
 */
import { firstTeamOf } from '../state/affected-teams';
import { holds } from '../state/condition';
import { levelOf } from '../state/severity';
import { isSlot } from '../state/slots';
import { own } from '../text/own';
import { whoHasIt } from '../state/has-it';
import { isIncident } from '../state/draft';
import { restrictedTo } from '../state/restricted';
import { deadlineId, kindRules } from './kinds';
import { teamOfResponse } from './teams';
import type { Deadline, Policy, ProcessState, RungPolicy } from '../model';

/**
 * The rungs that the template gives the deadline, in the order of their numbers; empty without a
 * ladder. The nearest name counts: that of the phase or item, then of the level, then of the team
 * (R30). Rungs that do not apply are among them (`rungApplies`).
 */
export function ladderOf(state: ProcessState, deadline: Deadline): readonly RungPolicy[] {
  const { ladders, namedLadders = {} } = state.policy;
  const named = levelOf(state.policy, state.severity).ladders?.[deadline.kind] ?? ladderOfTeam(state, deadline);
  const ladder =
    ownLadders(state.policy).get(deadline.id) ??
    (named === undefined ? undefined : own(namedLadders, named)) ??
    ladders[deadline.kind] ??
    [];
  return teamOfResponse(deadline) === undefined ? ladder : rungsOfTeam(ladder);
}

/** True when the rung's `when` holds now (R30). */
export function rungApplies(state: ProcessState, { when }: RungPolicy): boolean {
  return holds(state, when);
}

/** True when nobody would ever be told by the ladder of the deadline, as the process stands. */
export function isSilent(state: ProcessState, deadline: Deadline): boolean {
  return !ladderOf(state, deadline).some((rung) => rungApplies(state, rung));
}

/**
 * The position (from 0) of the first rung from `from` on that applies; undefined when there is
 * none.
 */
export function nextApplying(state: ProcessState, ladder: readonly RungPolicy[], from: number): number | undefined {
  const index = ladder.findIndex((rung, position) => position >= from && rungApplies(state, rung));
  return index < 0 ? undefined : index;
}

function ladderOfTeam(state: ProcessState, deadline: Deadline): string | undefined {
  const { teamLadders } = state.policy;
  if (teamLadders === undefined || !kindRules[deadline.kind].asksForAnswer) return undefined;
  const team = teamOfResponse(deadline) ?? firstTeamOf(state);
  return team === undefined ? teamLadders.byDefault : own(teamLadders.of, team);
}

const namedBy = new WeakMap<Policy, ReadonlyMap<string, readonly RungPolicy[]>>();
// R30: by the id of a deadline, the ladder that its phase or item names.
function ownLadders(policy: Policy): ReadonlyMap<string, readonly RungPolicy[]> {
  const { phases, namedLadders } = policy;
  const known = namedBy.get(policy);
  if (known) return known;
  const items = phases.flatMap(({ groups }) => groups.flatMap((group) => group.items));
  const named = [
    ...phases.map(({ id, ladder }) => [deadlineId('phase', id), ladder] as const),
    ...items.map(({ id, ladder }) => [deadlineId('item', id), ladder] as const),
  ];
  const ladders = new Map(
    named.flatMap(([id, name]) => (name === undefined ? [] : [[id, namedLadders?.[name] ?? []] as const])),
  );
  namedBy.set(policy, ladders);
  return ladders;
}

const ofTeam = new WeakMap<readonly RungPolicy[], readonly RungPolicy[]>();
// R9: the rungs of a team's own response name slots only.
function rungsOfTeam(ladder: readonly RungPolicy[]): readonly RungPolicy[] {
  const known = ofTeam.get(ladder);
  if (known) return known;
  const rungs: RungPolicy[] = [];
  for (const rung of ladder) {
    const to = rung.to.filter((word) => isSlot(word) || (word === 'all above' && rungs.length > 0));
    if (to.length > 0) rungs.push({ ...rung, to });
  }
  ofTeam.set(ladder, rungs);
  return rungs;
}

/**
 * The rungs of the deadline with the one by which its ladder speaks on after its end (R11): a page
 * to `primary` and whoever has the incident for a `response`, else a reminder to whoever has it,
 * without one to the escalation manager; in a release to the release manager. In a restricted
 * process to the last rung of its own ladder and whoever has it: nobody else is to see it (R37).
 */
export function rungsWithInsistence(state: ProcessState, deadline: Deadline): readonly RungPolicy[] {
  const ladder = ladderOf(state, deadline);
  if (ladder.length === 0) return ladder;
  const pages = kindRules[deadline.kind].asksForAnswer;
  return [
    ...ladder,
    { at: { n: 0, unit: 'ms' }, mode: pages ? 'page' : 'remind', to: [...new Set(insistsOn(state, ladder, pages))] },
  ];
}

function insistsOn(state: ProcessState, ladder: readonly RungPolicy[], pages: boolean): string[] {
  const last = () => ladder.findLast((rung) => rungApplies(state, rung))?.to ?? [];
  if (restrictedTo(state) !== undefined) return [...last(), ...holderOf(state)];
  return pages ? ['primary', ...holderOf(state)] : ['holder'];
}

function holderOf(state: ProcessState): string[] {
  const person = isIncident(state) ? whoHasIt(state)?.person : state.roles['release-manager'];
  return person === undefined ? [] : [person];
}

/**
 * The label of what a ladder says after its end, when it has spoken `times` times there (R11):
 * `end`, then `end+1`. A word, because a number may be that of a rung of another ladder that comes
 * to count in the same round (R30), and the two would have one key.
 */
export function labelAfterEnd(times: number): string {
  return times === 0 ? afterEnd : `${afterEnd}+${times}`;
}
const afterEnd = 'end';

/** True for the label of what a ladder says after its end (R11). */
export function isAfterEnd(label: string): boolean {
  return label === afterEnd || label.startsWith(`${afterEnd}+`);
}

/**
 * The ladder index (from 0) that a label such as `4+2` belongs to; what comes after the end of a
 * ladder stands behind its `length` rungs, as in `rungsWithInsistence`.
 */
export function indexOfLabel(label: string, { length }: readonly RungPolicy[]): number {
  return isAfterEnd(label) ? length : Number.parseInt(label, 10) - 1;
}
