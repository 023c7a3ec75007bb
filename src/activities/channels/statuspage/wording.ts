/**
 * Owns what a public status page shows of a message: name, status, components. It takes the public text and the components' public
 * names, and nothing else of the process: its title and its services' names are internal.
 */
import type { SendRequest } from '../../../domain';
import type { Component, Message, Setback } from '../../channel';
import { cutTo } from '../../outside-text';

export type StatuspageImpact = 'by-severity' | 'by-components';
/** Muster's note in an incident's metadata: whose it is, when its last update was due (epoch ms), which messages are on it. */
export interface Noted {
  readonly process: string;
  readonly at: number;
  readonly keys: readonly string[];
}

const impacts = { P0: 'critical', P1: 'major', P2: 'minor', P3: 'none' } as const;
const disruptions = {
  P0: 'major_outage',
  P1: 'partial_outage',
  P2: 'degraded_performance',
  P3: 'degraded_performance',
} as const;
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
export function createdIncident(message: Message, note: Noted, impact: StatuspageImpact): IncidentBody | Setback {
  const { process, window } = message.request;
  const { incident } = updatedIncident(message, note);
  const about = namesOf(message.components);
  if (process.kind === 'incident')
    return {
      incident: {
        name: cutTo(about === '' ? 'Service disruption' : `${about}: service disruption`, 255),
        ...incident,
        ...(impact === 'by-severity' ? { impact_override: impacts[process.severity] } : {}),
      },
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
export function updatedIncident({ request, components }: Message, note: Noted): IncidentBody {
  const { process, text, window } = request;
  const status = statuses[process.kind][process.status];
  const shown = componentStatus(process);
  const ids = components.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return {
    incident: {
      ...(status === undefined ? {} : { status }),
      body: cutTo(text, 25_000),
      ...(ids.length === 0 ? {} : { component_ids: ids }),
      ...(ids.length === 0 || shown === undefined
        ? {}
        : { components: Object.fromEntries(ids.map((id) => [id, shown])) }),
      ...(window && status === 'scheduled'
        ? { scheduled_for: new Date(window.from).toISOString(), scheduled_until: new Date(window.to).toISOString() }
        : {}),
      metadata: { muster: note },
    },
  };
}

interface IncidentBody {
  readonly incident: object;
}

const noWindow: Setback = {
  status: 'failed',
  because: 'a release is shown as scheduled maintenance, and this message does not say from when to when',
};

/** The status of the affected components; undefined: as it is. */
function componentStatus({ kind, status, severity }: SendRequest['process']): string | undefined {
  const shown = statuses[kind][status];
  if (shown === undefined || shown === 'scheduled') return undefined;
  if (shown === 'resolved' || shown === 'completed') return 'operational';
  return kind === 'release' ? 'under_maintenance' : disruptions[severity];
}

function namesOf(components: readonly Component[]): string {
  return [...new Set(components.flatMap(({ name }) => (name === undefined ? [] : [name])))].join(', ');
}
