/**
 * Owns what each type of channel can do, as far as the configuration must know: carry messages,
 * follow processes, need an address. src/activities/channels knows how.
 */
import { secretOrNothing, secretPattern } from '../files/secrets';
import { given } from '../../given';
import { camelCase } from '../../contracts/camel-case';
import type { SettingsOf } from '../../activities/channels/entry-fields';
import { own, type FollowerPolicy, type Severity, type TimelineEvent } from '../../domain';
import type { ChannelFile, ChannelsFile } from '../files/channel-shapes';

export interface ChannelAbilities {
  /** Carries messages to people and audiences. */
  readonly delivers: boolean;
  /** A person or an audience needs an address for this channel. */
  readonly needsAddress?: true;
  /** What goes over this channel does not leave the machine. */
  readonly staysHere?: true;
  /** Everybody can read this channel, so only public messages may go there. */
  readonly publicOnly?: true;
  /**
   * The channel calls people. Each message opens an alert, which the channel itself acknowledges
   * and closes; `follows` is for everything else that the channel reports.
   */
  readonly pager?: true;
  readonly follows?: Pick<FollowerPolicy, 'on' | 'establishes' | 'relation'>;
}

type EventType = TimelineEvent['type'];
const ended: readonly EventType[] = ['closed', 'cancelled', 'merged'];
const deployment: readonly EventType[] = [
  'planned',
  'rescheduled',
  'deployment-started',
  'deployed',
  'rolled-back',
  'completed',
];
const course: readonly EventType[] = [
  'declared',
  'severity-changed',
  'status-changed',
  'resolved',
  'reopened',
  ...ended,
];
const ticket = {
  on: [...course, ...deployment, 'action-item-added', 'action-item-completed', 'action-item-dropped'],
  establishes: 'ticket-created',
  relation: 'ticket',
} as const;
const report = {
  on: [
    'resolved',
    'reopened',
    'review-written',
    'action-item-added',
    'action-item-completed',
    'action-item-dropped',
    ...ended,
    'rolled-back',
    'completed',
  ],
} as const;

export const channelTypes: Readonly<Record<ChannelFile['type'], ChannelAbilities>> = {
  inbox: { delivers: true, staysHere: true },
  console: { delivers: true, staysHere: true },
  webhook: { delivers: true },
  email: { delivers: true, needsAddress: true },
  slack: {
    delivers: true,
    needsAddress: true,
    follows: {
      on: [
        ...course,
        ...deployment,
        'acknowledged',
        'role-assigned',
        'update-posted',
        'escalated',
        'exhausted',
        'impact-recorded',
        'absorbed',
        'incident-declared',
        'decided',
        'gate-stale',
        'incident-closes-gates',
        'incident-frees-gates',
      ],
      establishes: 'channel-created',
    },
  },
  teams: { delivers: true },
  // PagerDuty's change events are about releases.
  pagerduty: { delivers: true, pager: true, follows: { on: deployment } },
  opsgenie: { delivers: true, pager: true },
  statuspage: { delivers: true, publicOnly: true },
  jira: { delivers: false, follows: ticket },
  linear: { delivers: false, follows: ticket },
  confluence: { delivers: false, follows: report },
  notion: { delivers: false, follows: report },
  folder: { delivers: false, staysHere: true, follows: report },
};

/** Whether the channel `name` calls people. */
export function isPager({ channels }: Pick<ChannelsFile, 'channels'>, name: string): boolean {
  const type = own(channels, name)?.type;
  return type !== undefined && channelTypes[type].pager === true;
}

/**
 * The tools that follow processes of a template with these `levels`, as a process copies them: the
 * tools under `follow`, and every pager, because a pager must close the alerts that it opened.
 */
export function followersOf(file: ChannelsFile, levels: readonly Severity[]): FollowerPolicy[] {
  const { channels, follow, drill } = file;
  const listed = follow.flatMap(({ channel, incidents, releases, restricted }) => {
    const type = own(channels, channel)?.type;
    const follows = type && channelTypes[type].follows;
    return follows && !isPager(file, channel)
      ? [
          {
            channel,
            incidents: incidents === 'all' ? levels : incidents,
            releases,
            drills: drill.includes(channel),
            ...given({ restricted }),
            ...follows,
          },
        ]
      : [];
  });
  const pagers = Object.entries(channels).flatMap(([channel, { type }]): FollowerPolicy[] => {
    const { follows } = channelTypes[type];
    const entry = follow.find((one) => one.channel === channel);
    const on = entry ? (follows?.on ?? []) : [];
    return isPager(file, channel)
      ? [
          {
            channel,
            incidents: levels,
            releases: true,
            drills: drill.includes(channel),
            on,
            alerts: true,
            ...given({ restricted: entry?.restricted }),
          },
        ]
      : [];
  });
  return [...listed, ...pagers];
}

/** The channels of `drill` that carry messages. Others in the list only follow drills. */
export function drillChannelsOf({ channels, drill }: ChannelsFile): string[] {
  return drill.filter((name) => {
    const channel = own(channels, name);
    return channel !== undefined && channelTypes[channel.type].delivers;
  });
}

/**
 * Where a channel's secrets stand (`env:NAME`, `file:/PATH`), by the path of the field in the
 * channel.
 */
export function secretsOf(channel: ChannelFile): { readonly path: readonly PropertyKey[]; readonly word: string }[] {
  return Object.entries(channel).flatMap(([key, value]: [string, unknown]) =>
    (Array.isArray(value) ? value : [value]).flatMap((entry: unknown, index) =>
      typeof entry === 'string' && secretPattern.test(entry)
        ? [{ path: Array.isArray(value) ? [key, index] : [key], word: entry }]
        : [],
    ),
  );
}

/** A channel as channels.yaml has it, with its secrets already read. */
export type ChannelSettings = SettingsOf<ChannelFile>;
/** A channel's options as its adapter takes them: camelCase names, secrets read. */
export function channelOptions(channel: ChannelFile, env: NodeJS.ProcessEnv): ChannelSettings {
  const read = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(read)
      : typeof value === 'string' && secretPattern.test(value)
        ? secretOrNothing(value, env) || undefined
        : value;
  const options = Object.entries(channel).map(([key, value]): [string, unknown] => [camelCase(key), read(value)]);
  return Object.fromEntries(options) as ChannelSettings;
}
