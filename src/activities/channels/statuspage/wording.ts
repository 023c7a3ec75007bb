/**
 * Owns what a public status page shows of a message: name, status, components. The page gets only
 * the public text and the public names of the components; the title of the process and the names of
 * its services are internal.
 */
import { stepOf } from '../level-scale';
import type { SendRequest } from '../../../domain';
import type { Component, Message, Setback } from '../../channel';
import { cutTo } from '../../outside-text';
import type { StatuspageOptions } from './config';
import { given } from '../../../given';

/** The statuses of a component, the worst last. */
export const componentStatuses = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type ComponentStatus = (typeof componentStatuses)[number];
/**
 * Muster's note in the metadata of an incident: its process, when its last update was due (epoch
 * ms), and which messages were posted to it.
 */
export interface Noted {
  readonly process: string;
  readonly at: number;
  readonly keys: readonly string[];
}
/**
 * Another open incident or maintenance of the page: the components that it lists, and the status
 * that Muster gave them. `shown` is undefined when Muster does not know the status.
 */
export interface Beside {
  readonly components: readonly { readonly id: string }[];
  readonly shown?: ComponentStatus | undefined;
}
/** The page around a message: how impact is set, and the other open incidents. */
export interface Around {
  readonly impact: NonNullable<StatuspageOptions['impact']>;
  /** By level, where channels.yaml says it. */
  readonly impacts: StatuspageOptions['impacts'];
  readonly beside: readonly Beside[];
}

type Impact = NonNullable<StatuspageOptions['impacts']>[string];
const impactScale: readonly [Impact, ...Impact[]] = ['critical', 'major', 'minor', 'none'];
const disruptions = {
  critical: 'major_outage',
  major: 'partial_outage',
  minor: 'degraded_performance',
  none: 'degraded_performance',
} as const satisfies Record<Impact, ComponentStatus>;
const statuses: Record<SendRequest['process']['kind'], Partial<Record<SendRequest['process']['status'], string>>> = {
  incident: {
    investigating: 'investigating',
    identified: 'identified',
    monitoring: 'monitoring',
    resolved: 'resolved',
    closed: 'resolved',
    cancelled: 'resolved',
    merged: 'resolved',
  },
  release: {
    planned: 'scheduled',
    preparing: 'scheduled',
    ready: 'scheduled',
    deploying: 'in_progress',
    monitoring: 'verifying',
    completed: 'completed',
    'rolled-back': 'completed',
    cancelled: 'completed',
  },
};

/** Body of the request that makes the incident, or the reason why no incident can be made. */
export function createdIncident(message: Message, note: Noted, around: Around): IncidentBody | Setback {
  const { process, window } = message.request;
  const { incident } = updatedIncident(message, note, around);
  const about = namesOf(message.components);
  if (process.kind === 'incident')
    return {
      incident: { name: cutTo(about === '' ? 'Service disruption' : `${about}: service disruption`, 255), ...incident },
    };
  if (!window) return noWindow;
  return {
    incident: {
      name: cutTo(about === '' ? 'Scheduled maintenance' : `Scheduled maintenance: ${about}`, 255),
      ...incident,
      scheduled_for: new Date(window.from).toISOString(),
      scheduled_until: new Date(window.to).toISOString(),
      // Muster sets the begin and the end; Statuspage must not do so by the clock.
      scheduled_auto_in_progress: false,
      scheduled_auto_completed: false,
    },
  };
}

/** Body of the request that adds an update to an existing incident. */
export function updatedIncident(message: Message, note: Noted, { impact, impacts, beside }: Around): IncidentBody {
  const { process, text, window } = message.request;
  const status = statuses[process.kind][process.status];
  const own = componentStatus(process, impacts);
  const ids = componentIds(message);
  const shown = ids.flatMap((id) => {
    const worst = own && worstOf(id, own, beside);
    return worst === undefined ? [] : [[id, worst] as const];
  });
  return {
    incident: {
      ...given({ status }),
      // Sent with each update, because the severity may have changed since the last update.
      ...(process.kind === 'incident' && impact === 'by-severity'
        ? { impact_override: stepOf(process, impactScale, impacts) }
        : {}),
      body: cutTo(text, 25_000),
      ...(ids.length === 0 ? {} : { component_ids: ids }),
      ...(shown.length === 0 ? {} : { components: Object.fromEntries(shown) }),
      ...(window && status === 'scheduled'
        ? { scheduled_for: new Date(window.from).toISOString(), scheduled_until: new Date(window.to).toISOString() }
        : {}),
      metadata: { muster: { ...note, shown: own ?? 'operational' } },
    },
  };
}

/**
 * Whether the message would set components back to operational, unless another incident of the page
 * still has them down.
 */
export function givesBack(message: Message): boolean {
  return componentIds(message).length > 0 && componentStatus(message.request.process, undefined) === 'operational';
}

interface IncidentBody {
  readonly incident: object;
}

const noWindow: Setback = {
  status: 'failed',
  because: 'a release is shown as scheduled maintenance, and this message does not say from when to when',
};

/** The status that the process gives to the affected components; undefined when it gives none. */
function componentStatus(
  process: SendRequest['process'],
  impacts: StatuspageOptions['impacts'],
): ComponentStatus | undefined {
  const { kind, status } = process;
  const shown = statuses[kind][status];
  // The incident that absorbed a merged incident goes on, so its components stay down.
  if (shown === undefined || shown === 'scheduled' || status === 'merged') return undefined;
  if (shown === 'resolved' || shown === 'completed') return 'operational';
  return kind === 'release' ? 'under_maintenance' : disruptions[stepOf(process, impactScale, impacts)];
}

// A component has one status on a page, although several incidents may list the component, so the
// worst status counts. Undefined when the status by another incident is unknown: then the page
// keeps the status of the component.
function worstOf(id: string, own: ComponentStatus, beside: readonly Beside[]): ComponentStatus | undefined {
  const said = beside.filter(({ components }) => components.some((one) => one.id === id)).map(({ shown }) => shown);
  const worst = componentStatuses.findLast((status) => status === own || said.includes(status));
  return worst === 'operational' && said.includes(undefined) ? undefined : worst;
}

function componentIds({ components }: Message): string[] {
  return components.flatMap(({ id }) => (id === undefined ? [] : [id]));
}

function namesOf(components: readonly Component[]): string {
  return [...new Set(components.flatMap(({ name }) => (name === undefined ? [] : [name])))].join(', ');
}
