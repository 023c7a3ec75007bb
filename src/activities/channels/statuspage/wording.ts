/**
 * Owns what a public status page shows of a message: name, status, components. It takes the public
 * text and the components' public names, and nothing else of the process: its title and its
 * services' names are internal.
 */
import type { SendRequest } from '../../../domain';
import type { Component, Message, Setback } from '../../channel';
import { cutTo } from '../../outside-text';
import type { StatuspageOptions } from './config';
import { given } from '../../../given';

/** What a page says of a component, the worst last. */
export const componentStatuses = [
  'operational',
  'under_maintenance',
  'degraded_performance',
  'partial_outage',
  'major_outage',
] as const;
export type ComponentStatus = (typeof componentStatuses)[number];
/**
 * Muster's note in an incident's metadata: whose it is, when its last update was due (epoch ms),
 * which messages are on it.
 */
export interface Noted {
  readonly process: string;
  readonly at: number;
  readonly keys: readonly string[];
}
/**
 * Another open incident or maintenance of the page: the components that it lists, and what it says
 * of them as far as that is known.
 */
export interface Beside {
  readonly components: readonly { readonly id: string }[];
  readonly shown?: ComponentStatus | undefined;
}
/** What the page is like around a message. */
export interface Around {
  readonly impact: NonNullable<StatuspageOptions['impact']>;
  readonly beside: readonly Beside[];
}

const impacts = { P0: 'critical', P1: 'major', P2: 'minor', P3: 'none' } as const;
const disruptions: Record<SendRequest['process']['severity'], ComponentStatus> = {
  P0: 'major_outage',
  P1: 'partial_outage',
  P2: 'degraded_performance',
  P3: 'degraded_performance',
};
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

/** Body of the request that makes the incident, or why there can be none. */
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
      // Muster says when it begins and ends; the clock alone does not.
      scheduled_auto_in_progress: false,
      scheduled_auto_completed: false,
    },
  };
}

/** Body of the request that adds an update to it. */
export function updatedIncident(message: Message, note: Noted, { impact, beside }: Around): IncidentBody {
  const { process, text, window } = message.request;
  const status = statuses[process.kind][process.status];
  const own = componentStatus(process);
  const ids = componentIds(message);
  const shown = ids.flatMap((id) => {
    const worst = own && worstOf(id, own, beside);
    return worst === undefined ? [] : [[id, worst] as const];
  });
  return {
    incident: {
      ...given({ status }),
      // With each update, as the severity may have changed since the one before.
      ...(process.kind === 'incident' && impact === 'by-severity'
        ? { impact_override: impacts[process.severity] }
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
 * Whether the message would give components back, unless something else on the page has them down.
 */
export function givesBack(message: Message): boolean {
  return componentIds(message).length > 0 && componentStatus(message.request.process) === 'operational';
}

interface IncidentBody {
  readonly incident: object;
}

const noWindow: Setback = {
  status: 'failed',
  because: 'a release is shown as scheduled maintenance, and this message does not say from when to when',
};

/** What the process says of the affected components; undefined: nothing. */
function componentStatus({ kind, status, severity }: SendRequest['process']): ComponentStatus | undefined {
  const shown = statuses[kind][status];
  // What was merged goes on as another, so what is down stays down.
  if (shown === undefined || shown === 'scheduled' || status === 'merged') return undefined;
  if (shown === 'resolved' || shown === 'completed') return 'operational';
  return kind === 'release' ? 'under_maintenance' : disruptions[severity];
}

// A component has one status on a page, however many incidents list it. Undefined: what somebody
// else says of it is not known, so it stays.
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
