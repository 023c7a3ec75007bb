/**
 * Owns the list of channels, and the test of a channel with a real message. Knows no channel's
 * inside.
 */
import { noLevel } from '../../contracts/command-table';
import { randomBytes } from 'node:crypto';
import { channelTypes } from '../../config';
import { channelRowSchema, channelTestSchema, pageSchema, type ChannelRow } from '../../contracts/view';
import { unknownName, type FollowRequest, type Instant, type SendRequest } from '../../domain';
import { ApiProblem, malformed } from '../http/problem';
import { PerMinute } from '../http/rate-limit';
import { StoreUnavailable, whyNotServed } from '../temporal/process-store';
import { jsonBody } from '../http/read-body';
import { readQuery, type Parameters } from '../http/query';
import type { Answer, Call, Route, Shared } from '../http/route';

const testQuery = {
  to: { type: 'string', about: 'the person or audience to send to (default: the person who asks)', max: 120 },
} as const satisfies Parameters;

/** Each test is a real message to somebody, so whoever asks, and from wherever. */
const testsPerMinute = 6;

export function channelRoutes(shared: Shared): Route[] {
  const tests = new PerMinute(testsPerMinute, 'tests of channels');
  return [
    {
      method: 'get',
      path: '/v1/channels',
      name: 'list-channels',
      needs: 'viewer',
      about: 'the channels: what each can do, and whom each reaches',
      success: { status: 200, about: 'channels', schema: pageSchema(channelRowSchema) },
      handle: () => ({ body: { items: channelRows(shared), next: null } }),
    },
    {
      method: 'post',
      path: '/v1/channels/:name/test',
      name: 'test-channel',
      needs: 'manager',
      about: `sends one test message over the real channel, and says whether the channel delivered it; at most ${testsPerMinute} a minute`,
      query: testQuery,
      asksWho: true,
      // The test takes as long as the receiver, up to the limit of the channel.
      waits: true,
      success: { status: 200, about: 'what the channel answered', schema: channelTestSchema },
      problems: ['not-found', 'refused', 'rate-limited'],
      handle: (call) => test(shared, call, tests),
    },
  ];
}

/** The channels: what each can do, and whom each reaches. */
export function channelRows({ config, directory }: Shared): ChannelRow[] {
  const { channels, audiences, follow, drill } = config.channels;
  const { people } = directory();
  return Object.entries(channels).map(([id, { type }]) => ({
    id,
    type,
    delivers: channelTypes[type].delivers,
    people: Object.keys(people).filter((person) => people[person]!.reach.includes(id)),
    audiences: Object.keys(audiences).filter((audience) => audiences[audience]!.channels.includes(id)),
    follows: follow.flatMap((one) =>
      one.channel === id ? [...one.incidents, ...(one.releases ? ['releases'] : [])] : [],
    ),
    drill: drill.includes(id),
  }));
}

async function test(shared: Shared, { request, params, principal }: Call, tests: PerMinute): Promise<Answer> {
  refuseBody(request);
  const { to } = readQuery(testQuery, request.query);
  const { channels, audiences } = shared.config.channels;
  const name = params['name'] ?? '';
  const channel = Object.hasOwn(channels, name) ? channels[name]! : undefined;
  if (!channel) throw new ApiProblem('not-found', unknownName('channel', name, Object.keys(channels)));
  const { delivers, publicOnly, pager, needsAddress } = channelTypes[channel.type];
  if (!delivers)
    throw new ApiProblem(
      'refused',
      `${name} (${channel.type}) carries no messages, it follows processes; list it under drill and follow, and declare a drill`,
      { reason: 'follows-only' },
    );
  if (publicOnly)
    throw new ApiProblem('refused', `everybody can read ${name} (${channel.type}), so a test of it would be public`, {
      reason: 'public',
    });
  const actor = principal.id;
  const recipient = to ?? actor;
  const { people } = shared.directory();
  const toAudience = Object.hasOwn(audiences, recipient);
  if (to !== undefined && !toAudience && !Object.hasOwn(people, recipient))
    throw malformed([
      {
        path: 'to',
        message: unknownName('person or audience', recipient, [...Object.keys(people), ...Object.keys(audiences)]),
      },
    ]);
  if (to === undefined && needsAddress && !toAudience && !Object.hasOwn(people, recipient))
    throw malformed([
      { path: 'to', message: `say to whom: ${recipient} is not in people.yaml, so ${name} has no address of theirs` },
    ]);
  // Without a worker the test would wait until the client has gone.
  const because = whyNotServed(await shared.store.health());
  if (because !== undefined) throw new StoreUnavailable(`${because}, so nothing is sent`);
  tests.take(shared.clock());
  const send = testMessage(name, recipient, actor, toAudience, shared.clock());
  const result = await shared.store.testChannel({ send, ...(pager ? { close: closing(send, actor) } : {}) });
  const shown =
    result.status === 'delivered'
      ? { status: result.status, at: new Date(result.at).toISOString() }
      : { status: result.status, because: result.because };
  return { body: { channel: name, to: recipient, ...shown } };
}

/** It tells of no process, so its words are all that there is. */
type TestMessage = Extract<SendRequest, { readonly text: string }>;

// A recipient in the body would be ignored, and the test would reach another person.
function refuseBody(request: Call['request']): void {
  const sent = jsonBody(request);
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent) || Object.keys(sent).length > 0)
    throw malformed([{ path: '', message: 'expected no body; the recipient goes into the query: ?to=fatima' }]);
}

function testMessage(channel: string, recipient: string, by: string, toAudience: boolean, at: Instant): TestMessage {
  const id = `TEST-${randomBytes(4).toString('hex')}`;
  return {
    key: `${id}/event/1/${recipient}/${channel}`,
    kind: toAudience ? 'announce' : 'page',
    process: {
      id,
      kind: 'incident',
      title: `TEST of channel ${channel}`,
      severity: noLevel,
      level: { rank: 3, of: 4 },
      status: 'resolved',
      services: [],
      drill: true,
    },
    deadlines: [],
    rung: null,
    nominalAt: at,
    recipient,
    channel,
    why: `${by} tests this channel`,
    late: 0,
    text: `TEST of channel ${channel}, sent by ${by}\nNothing is wrong and nothing is asked of you.`,
    test: true,
    canAcknowledge: false,
    links: [],
    public: false,
  };
}

function closing({ key, process, channel, nominalAt, text }: TestMessage, by: string): FollowRequest {
  return {
    key: `${process.id}/follow/${channel}/1`,
    channel,
    process: { ...process, beganAt: nominalAt, beganBy: by, labels: [], customerFacing: false },
    entries: [],
    alerts: { acknowledge: [], close: [key] },
    people: [],
    links: [],
    text,
  };
}
