/**
 * Owns the receiving side of what incidents and releases tell each other (R43): a release is told
 * to look at an incident, an incident is told what became of the gates of a release. Pure, like
 * engine.ts.
 */
import { advance, react } from './reactions';
import { record } from './record';
import { lookSoon } from './watched-incidents';
import { watchesIncidents } from '../state/closing-incidents';
import { draftOf, isIncident, isTerminal } from '../state/draft';
import { hasRoomForOthers } from '../state/state-size';
import { given } from '../../given';
import type { Instant, ProcessState, ReleaseReport } from '../model';

/**
 * The release after it was told to look: by `incident`, which has changed, or because somebody has
 * to know now.
 */
export function lookAgain(state: ProcessState, incident: string | undefined, now: Instant): ProcessState {
  if (!watchesIncidents(state)) return state;
  const draft = draftOf(state);
  const at = Math.max(now, draft.lastInputAt);
  advance(draft, at);
  draft.lastInputAt = at;
  lookSoon(draft, incident);
  return draft;
}

/** The incident after a release has said what became of its gates; a repeat changes nothing. */
export function hearOfGates(state: ProcessState, said: ReleaseReport, now: Instant): ProcessState {
  const { release, of, gatesAre, by, reason } = said;
  const isKnown = state.timeline.some(
    (event) => event.type === 'gates-of-release' && event.release === release && event.of === of,
  );
  if (!isIncident(state) || isKnown || !hasRoomForOthers(state)) return state;
  const draft = draftOf(state);
  const at = Math.max(now, draft.lastInputAt);
  if (!isTerminal(draft)) advance(draft, at);
  draft.lastInputAt = at;
  const gates = [...said.gates];
  record(draft, at, { type: 'gates-of-release', release, of, gatesAre, gates, ...given({ reason }) }, by);
  if (!isTerminal(draft)) react(draft, at);
  return draft;
}
