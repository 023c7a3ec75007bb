/**
 * Owns the presets of alert sources by name: how the payloads of known senders are read. Each is
 * data of the same form as `map` of alerts.yaml, and is compiled once.
 */
import type { ChannelsFile } from '../files/channel-shapes';
import { compileChangeMap, compileMapping } from '../compile/alert-mapping';
import { changeMapShape, mappingShape, type ChangeMapFile, type MappingFile } from '../files/alert-shapes';
import { parse } from '../../contracts/parse';
import { listOf, type AlertMapping, type ChangeMapping } from '../../domain';
import { cloudPresets } from './clouds';
import { deploymentPresets, pagerdutyChanges } from './deployments';
import { monitoringPresets } from './monitoring';
import { pagerPresets } from './pagers';
import { prometheusPresets } from './prometheus';

const written = { ...prometheusPresets, ...monitoringPresets, ...cloudPresets, ...pagerPresets } as const;
export type AlertPreset = keyof typeof written;

/**
 * Of a sender whose message does not name the service or the level, and in which only an address
 * can be set, the query of that address may: `?service=payments&severity=P2`.
 */
function withQuery(file: MappingFile): MappingFile {
  return {
    ...file,
    severity: [...listOf(file.severity), '{@query.severity}'],
    service: [...listOf(file.service), '{@query.service}'],
  };
}
const presets: Readonly<Record<string, MappingFile>> = Object.fromEntries(
  Object.entries(written).map(([name, file]) => [name, withQuery(file)]),
);

/** The names of all presets. */
export const alertPresets = Object.keys(written) as readonly AlertPreset[];

const compiled = new Map<string, AlertMapping>();
/** How the payloads of a known sender are read; undefined for a name that is no preset. */
export function presetMapping(name: string): AlertMapping | undefined {
  const file = presetFile(name);
  if (file === undefined) return undefined;
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const read = parse(mappingShape, file);
  if (!read.ok) throw new Error(`the preset ${name} does not fit: ${JSON.stringify(read.issues)}`);
  const { mapping } = compileMapping(read.value);
  compiled.set(name, mapping);
  return mapping;
}

/** The names of the presets of deployment tools. */
export const changePresets: readonly string[] = Object.keys(deploymentPresets);

const compiledChanges = new Map<string, ChangeMapping>();
/** How a known deployment tool is read; undefined for a name that is no preset of one. */
export function changeMapping(name: string): ChangeMapping | undefined {
  const file = changeMapFile(name);
  return file && compiledOnce(name, file);
}
/** How PagerDuty's change events are read. */
export const pagerdutyChangeMapping = (): ChangeMapping => compiledOnce('pagerduty', pagerdutyChanges);

function compiledOnce(name: string, file: ChangeMapFile): ChangeMapping {
  const known = compiledChanges.get(name);
  if (known !== undefined) return known;
  const read = parse(changeMapShape, file);
  if (!read.ok) throw new Error(`the preset ${name} does not fit: ${JSON.stringify(read.issues)}`);
  const { mapping } = compileChangeMap(read.value);
  compiledChanges.set(name, mapping);
  return mapping;
}

/** The preset as it would stand under `map` of a source of deployments in alerts.yaml. */
export function changeMapFile(name: string): ChangeMapFile | undefined {
  const all: Readonly<Record<string, ChangeMapFile>> = deploymentPresets;
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** The headers in which known senders sign. */
const signatureHeaders: Readonly<Partial<Record<string, string>>> = {
  grafana: 'X-Grafana-Alerting-Signature',
  sentry: 'Sentry-Hook-Signature',
  'pagerduty-webhook': 'X-PagerDuty-Signature',
  github: 'X-Hub-Signature-256',
} satisfies Partial<Record<AlertPreset | keyof typeof deploymentPresets, string>>;

/** The header in which the sender of a preset signs; undefined when it does not sign. */
export function signatureHeaderOf(name: string): string | undefined {
  return Object.hasOwn(signatureHeaders, name) ? signatureHeaders[name] : undefined;
}

/** The presets of pagers that tell what becomes of the pages that Muster sent them. */
const pagers: Readonly<Partial<Record<string, ChannelType>>> = {
  'pagerduty-webhook': 'pagerduty',
  'opsgenie-webhook': 'opsgenie',
} satisfies Partial<Record<AlertPreset, ChannelType>>;
type ChannelType = ChannelsFile['channels'][string]['type'];

/**
 * The type of the channels by which Muster pages the sender of a preset; undefined for no pager.
 */
export function pagerOfPreset(name: string): ChannelType | undefined {
  return Object.hasOwn(pagers, name) ? pagers[name] : undefined;
}

/** The preset as it would stand under `map` in alerts.yaml. */
export function presetFile(name: string): MappingFile | undefined {
  return Object.hasOwn(presets, name) ? presets[name] : undefined;
}
