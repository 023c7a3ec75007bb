/**
 * Owns the messages that go into the outbox: each over one channel, with every fact from the start.
 * The key of a message never changes. Knows no words.
 */
import { levelRank } from '../state/severity';
import { kindRules, responseOf } from '../deadlines/kinds';
import { distinctDeadlines, inOrder, labelOfFirst } from '../deadlines/fired-rungs';
import { instantOfSpec, isUnmet } from '../deadlines/due';
import { isRelease, isTerminal } from '../state/draft';
import { restrictedTo } from '../state/restricted';
import { identityOf } from '../state/identity';
import { deploymentPhase } from '../state/gates';
import { messageContent } from '../messages/messages';
import { publicTitle } from '../messages/public-words';
import { enqueue } from './outbox';
import type { FiredRung, Instant, ProcessState, SendRequest, TimelineEvent } from '../model';
import { hourMs } from '../time/instants';
import { given } from '../../given';

export interface Message {
  of: number;
  kind: SendRequest['kind'];
  recipient: string;
  channel: string;
  rungs: readonly FiredRung[];
  nominalAt: Instant;
  late: number;
  public: boolean;
  next: readonly string[];
  /** The ways of a paged person that call nobody. */
  silent?: readonly string[];
  /** The key of the page after which this message comes (R5). */
  ends?: string;
}

/**
 * Puts into the outbox that `recipient` hears of `event`, over the first of `ways` that works: a
 * reminder about no deadline. `ends` is the key of the page after which the reminder comes (R5).
 * Without a way there is nothing to send.
 */
export function enqueueNews(
  draft: ProcessState,
  event: TimelineEvent,
  recipient: string,
  ways: readonly string[],
  ends?: string,
): void {
  const [channel, ...next] = ways;
  if (channel === undefined) return;
  enqueueSend(draft, {
    of: event.seq,
    kind: 'remind',
    recipient,
    channel,
    rungs: [],
    nominalAt: event.at,
    late: 0,
    public: false,
    next,
    ...given({ ends }),
  });
}

/**
 * Puts one message over one channel into the outbox. The request holds every fact of the message
 * from the start, so that each retry says the same.
 */
export function enqueueSend(draft: ProcessState, message: Message): void {
  const request: SendRequest = {
    key: messageKey(draft, message),
    kind: message.kind,
    process: {
      id: draft.id,
      kind: draft.kind,
      // The public never reads the internal title.
      title: message.public ? publicTitle(draft) : draft.title,
      severity: draft.severity,
      level: levelRank(draft.policy, draft.severity),
      status: draft.lifecycle.status,
      services: draft.services,
      drill: draft.drill,
      ...given({ mark: draft.mark, restricted: restrictedTo(draft) === undefined ? undefined : (true as const) }),
    },
    deadlines: distinctDeadlines(message.rungs),
    rung: message.rungs.length === 0 ? null : labelOfFirst(message.rungs),
    nominalAt: message.nominalAt,
    recipient: message.recipient,
    channel: message.channel,
    late: message.late,
    ...messageContent(draft, message),
    ...acknowledgeable(draft, message),
    links: message.public
      ? []
      : draft.links
          .map(({ relation, to, title }) => ({ relation, to, ...(title === undefined ? {} : { title }) }))
          .slice(0, 20),
    public: message.public,
    ...windowOf(draft, message.public),
    ...(message.next.length > 0 ? { otherWays: true } : {}),
    ...given({ ends: message.ends }),
  };
  const { of, next, rungs, silent } = message;
  enqueue(draft, { type: 'send', of, request, next, rungs, ...given({ silent }) });
}

const stillUnmet = ({ deadlines }: ProcessState, { deadline }: FiredRung): boolean =>
  deadlines[deadline] !== undefined && isUnmet(deadlines[deadline]);

function acknowledgeable(draft: ProcessState, message: Message): Pick<SendRequest, 'canAcknowledge' | 'round'> {
  const canAcknowledge = asksForAnAnswer(draft, message);
  return { canAcknowledge, ...given({ round: canAcknowledge ? responseOf(draft)?.round : undefined }) };
}

// News asks for nothing. A call by hand is answered by an acknowledgement, also when the response
// was answered before.
function asksForAnAnswer(draft: ProcessState, { kind, rungs }: Message): boolean {
  const response = responseOf(draft);
  if (response === undefined || kind === 'announce') return false;
  if (rungs.length === 0) return kind === 'page' && draft.lifecycle.status !== 'resolved' && !isTerminal(draft);
  return isUnmet(response) || rungs.some((rung) => kindRules[rung.kind].asksForAnswer && stillUnmet(draft, rung));
}

/**
 * The key of a message, the same for every attempt: of its first deadline (T8), or of its event
 * when it is about no deadline.
 */
export function messageKey(
  state: Pick<ProcessState, 'id' | 'mark'>,
  { of, kind, rungs, recipient, channel }: Pick<Message, 'of' | 'kind' | 'rungs' | 'recipient' | 'channel'>,
): string {
  const [first] = inOrder(rungs);
  // A person may be called by an event, and hear news of the same event.
  const own = kind === 'remind' ? `news/${of}` : `event/${of}`;
  const subject = first === undefined ? own : `${first.deadline}/${first.round}/${labelOfFirst(rungs)}`;
  return `${identityOf(state)}/${subject}/${recipient}/${channel}`;
}

// A public notice of a release says from when to when the maintenance lasts: from the target to the
// due instant of the deployment phase, or four hours when that phase has no due instant.
function windowOf(draft: ProcessState, isPublic: boolean): Pick<SendRequest, 'window'> {
  const from = draft.anchors.target;
  if (!isPublic || !isRelease(draft) || from === undefined) return {};
  const deployment = deploymentPhase(draft.policy)?.due;
  const to = (deployment && instantOfSpec(draft, deployment)) ?? from + 4 * hourMs;
  return { window: { from, to: Math.max(to, from + 60_000) } };
}
