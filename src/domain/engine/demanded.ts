/**
 * Owns which effects an event demands: messages to audiences, look-ups of the people whom a call by
 * hand means, and calls to other processes. How an effect gets into the outbox is in outbox.ts.
 */
import { responseOf } from '../deadlines/kinds';
import { audiencesOf } from '../messages/audiences';
import { isUnmet } from '../deadlines/due';
import { eventAt } from '../state/draft';
import { ladderOf, nextApplying } from '../deadlines/ladder';
import { modeAt } from '../deadlines/ladders';
import { silentOf } from '../state/following';
import { wordsOfCall } from './called-words';
import { enqueueAbsorb, enqueueDeclaration } from './other-processes';
import { tellChange } from './told-changes';
import { enqueueResolve } from './outbox';
import { enqueueSend } from './sends';
import { toldBefore } from './raised';
import { tellIncidents } from './told-releases';
import { refOf } from '../on-call/refs';
import type { Incident, ProcessState, RecipientRef, TimelineEvent } from '../model';

/** Puts the effects that `event` demands into the outbox. */
export function effectsOf(draft: ProcessState, event: TimelineEvent): void {
  announce(draft, event, audiencesOf(draft, event));
  tellIncidents(draft, event);
  tellChange(draft, event);
  switch (event.type) {
    case 'escalated':
    case 'handed-off':
    case 'call-failed':
    case 'effect-failed':
      callByHand(draft, event.seq);
      break;
    case 'team-involved':
      if (joinsTheLadder(draft, event)) callByHand(draft, event.seq);
      break;
    case 'merged':
      enqueueAbsorb(draft as Incident, event);
      break;
    case 'rolled-back':
      if (event.declare !== undefined) enqueueDeclaration(draft, event, event.declare);
      break;
    // The other events demand at most messages to audiences, and `audiencesOf` names these
    // audiences.
    default:
      break;
  }
}

function announce(draft: ProcessState, event: TimelineEvent, audiences: readonly string[]): void {
  for (const audience of new Set(audiences)) {
    const policy = draft.policy.audiences[audience];
    const channels = draft.drill ? silentOf(draft, { reach: draft.policy.drillChannels }) : (policy?.channels ?? []);
    for (const channel of channels) {
      enqueueSend(draft, {
        of: event.seq,
        kind: 'announce',
        recipient: audience,
        channel,
        rungs: [],
        nominalAt: event.at,
        late: 0,
        public: policy?.public === true,
        next: [],
      });
    }
  }
}

// R9: the primary of a team that joins while nobody has answered is paged at once, if the first
// rung has fired and would page now.
function joinsTheLadder(draft: ProcessState, event: TimelineEvent & { type: 'team-involved' }): boolean {
  const response = responseOf(draft);
  if (event.answers || !response || !isUnmet(response)) return false;
  const ladder = ladderOf(draft, response);
  const index = nextApplying(draft, ladder, 0);
  const first = index === undefined || !response.fired.includes(`${index + 1}`) ? undefined : ladder[index];
  return first !== undefined && modeAt(draft, response, first, event.at) === 'page';
}

/**
 * Puts into the outbox that the people are looked up whom event `of` calls, save those who were
 * `told` just now. One entry for each word, so that each falls through by itself (R18).
 */
export function callByHand(draft: ProcessState, of: number, told: readonly string[] = []): void {
  const event = eventAt(draft, of);
  const refsOfWord = (word: string): RecipientRef[] => {
    if (event?.type === 'team-involved') return [{ kind: 'slot', slot: 'primary', services: event.services }];
    if (event?.type !== 'severity-changed') return [refOf(draft, word)];
    const names = toldBefore(draft, event).filter((name) => !told.includes(name));
    return names.map((name) => ({ kind: 'name', name }));
  };
  const wanted = wordsOfCall(draft, of)
    .map((word) => ({ deadline: 'event', rung: word, to: refsOfWord(word) }))
    .filter(({ to }) => to.length > 0);
  if (wanted.length > 0) enqueueResolve(draft, of, [], wanted, { byHand: true });
}
