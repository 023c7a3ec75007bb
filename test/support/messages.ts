/** A page and a request to follow, as channels get them, for tests of channels. */
import type { Following, Message, WrittenEntry, WrittenMessage, WrittenNews } from '../../src/activities/channel';
import { iso, textOf, whyOf, type MessageContent } from '../../src/domain';

const nominalAt = Date.parse('2026-12-07T08:03:00.000Z');
/** The second rung of a P0, to the secondary. */
const shippedLevels = ['P0', 'P1', 'P2', 'P3'] as const;
/** A shipped level, as it stands in a message. */
export const ofLevel = (severity: (typeof shippedLevels)[number]) => ({
  severity,
  level: { rank: shippedLevels.indexOf(severity), of: shippedLevels.length },
});

export const pageRequest: WrittenMessage = {
  key: 'INC-1/response/1/2/giorgos/ops',
  kind: 'page',
  process: {
    id: 'INC-1',
    kind: 'incident',
    title: 'Checkout is down',
    severity: 'P0',
    level: { rank: 0, of: 4 },
    status: 'investigating',
    services: ['payments'],
    drill: false,
  },
  deadlines: [{ id: 'response', kind: 'response', dueAt: nominalAt + 120_000 }],
  rung: '2',
  nominalAt,
  recipient: 'giorgos',
  channel: 'ops',
  why: 'you are secondary',
  late: 40,
  text: 'Checkout is down\nWhy you: secondary',
  subject: 'nobody has answered',
  canAcknowledge: true,
  links: [],
  public: false,
};

/** The test of the channel `ops`, as the API asks for it. */
export const testRequest: WrittenMessage = {
  key: 'TEST-1/event/1/giorgos/ops',
  kind: 'page',
  process: {
    ...pageRequest.process,
    id: 'TEST-1',
    title: 'TEST of channel ops',
    severity: 'P3',
    status: 'resolved',
    drill: true,
  },
  deadlines: [],
  rung: null,
  nominalAt,
  recipient: 'giorgos',
  channel: 'ops',
  why: 'ana tests this channel',
  late: 0,
  text: 'TEST of channel ops, sent by ana\nNothing is wrong and nothing is asked of you.',
  test: true,
  canAcknowledge: false,
  links: [],
  public: false,
};

/** The words of a message as programs get them: instants in RFC 3339. */
export function saidIn(content: MessageContent): string {
  return content.fields === undefined ? content.text : textOf(content.fields, iso);
}
/** Why its recipient gets a message, likewise. */
export const whyIn = (content: MessageContent): string => whyOf(content, iso);

/** `request` in the form that a channel gets, with one address unless `more` says otherwise. */
export function messageLike(request: WrittenMessage = pageRequest, more: Partial<Message> = {}): Message {
  return {
    request,
    body: JSON.stringify({ key: request.key, text: request.text }),
    to: { name: 'Giorgos Nikolaou', addresses: ['giorgos@hopngo.example'] },
    urls: { process: 'http://muster.example/v1/incidents/INC-1', acknowledge: 'http://muster.example/v1/ack/t' },
    components: [{ service: 'payments', name: 'Payments', id: 'cmp1' }],
    ...more,
  };
}

/** A request to follow an incident that was just declared, with further `entries` if given. */
export function followingLike(request: Partial<WrittenNews> = {}, more: Partial<Following> = {}): Following {
  const entries: WrittenEntry[] = [
    { seq: 1, at: nominalAt, type: 'declared', by: 'Ana Duarte', text: 'Declared P0: Checkout is down' },
  ];
  return {
    request: {
      key: 'INC-2026-12-07-001/follow/tool/1',
      channel: 'tool',
      process: {
        ...pageRequest.process,
        id: 'INC-2026-12-07-001',
        beganAt: nominalAt,
        beganBy: 'ana',
        labels: [],
        customerFacing: true,
      },
      entries,
      people: ['ana'],
      links: [],
      text: '🚨 INCIDENT ALERT - P0\n\nIncident ID: INC-2026-12-07-001',
      ...request,
    },
    url: 'http://muster.example/v1/incidents/INC-2026-12-07-001',
    people: [{ person: 'ana', name: 'Ana Duarte', addresses: [] }],
    components: [{ service: 'payments', name: 'Payments', id: 'cmp1' }],
    report: () =>
      Promise.resolve({
        title: 'Post-Incident Report: Checkout is down',
        markdown: '# Post-Incident Report: Checkout is down\n\n## Summary\n- **Incident ID**: INC-2026-12-07-001\n',
        html: '<h1>Post-Incident Report: Checkout is down</h1><h2>Summary</h2>',
      }),
    ...more,
  };
}
