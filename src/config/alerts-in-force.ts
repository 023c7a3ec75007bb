/**
 * Owns what of alerts.yaml is in force: how each source is read and proved, and the rules that say
 * where its alerts lead. Checked before (checks/alerts.ts).
 */
import { secretOrNothing } from './files/secrets';
import {
  levelsOf,
  listOf,
  nextNoticeAt,
  silenceOf,
  type AlertMapping,
  type AlertMatch,
  type ChangeMapping,
  type ChangeRules,
  type Expected,
  type Instant,
  type NoticeReaders,
  type RulesInForce,
  type SourceRules,
} from '../domain';
import { changeMapping, pagerOfPreset, presetMapping, signatureHeaderOf } from './alert-presets';
import type { Config } from './loaded';
import type { AlertsFile, DeploymentsFile, SourceFile } from './files/alert-shapes';
import { given } from '../given';
import { compileChangeMap, compileMapping } from './compile/alert-mapping';
import { compileCalendar } from './compile/calendar';
import type { CalendarFile } from './files/calendar-shapes';

/** How a sender proves that it is one. */
export interface SourceProof {
  /** Any of them; empty: none is asked. */
  readonly keys: readonly string[];
  readonly signature?: {
    readonly secrets: readonly string[];
    readonly header: string;
    readonly timestampHeader?: string;
  };
  /** SNS signs, for these topics (ARNs) alone: it signs for every account of AWS. */
  readonly topics?: readonly string[];
  /** It asks for none, and is meant for this machine alone: `local` of alerts.yaml. */
  readonly local?: true;
  /** Nobody can prove anything: it is `local`, and people have to sign in. */
  readonly closed?: true;
}
export interface AlertSource {
  readonly name: string;
  readonly preset?: string;
  readonly mapping: AlertMapping;
  readonly proof: SourceProof;
}
/** A tool that tells of deployments and checks. */
export interface DeploymentSource {
  readonly name: string;
  readonly mapping: ChangeMapping;
  readonly rules: ChangeRules;
  readonly proof: SourceProof;
}
export interface AlertsInForce extends RulesInForce {
  /** By name. */
  readonly deployments: Readonly<Record<string, DeploymentSource>>;
  /** By name. */
  readonly readers: Readonly<Record<string, AlertSource>>;
  readonly expected: readonly Expected[];
  /** When people hear of alerts that fit no rule and come at `at`. */
  readonly noticeAfter: (at: Instant) => Instant;
}

/** What of alerts.yaml is in force. `env`: where its secrets stand. */
export function alertsInForce(
  {
    alerts: file,
    services,
    templates,
    channels,
    calendar,
  }: Pick<Config, 'alerts' | 'services' | 'templates' | 'channels' | 'calendar'>,
  env: NodeJS.ProcessEnv,
): AlertsInForce {
  const incidents = templates.filter(({ kind }) => kind === 'incident');
  const rules: RulesInForce = {
    services: Object.keys(services.services),
    levels: [...new Set(incidents.flatMap(({ compiled }) => levelsOf(compiled)))],
    sources: Object.fromEntries(Object.entries(file.sources).map(([id, source]) => [id, rulesOf(source, channels)])),
    rules: file.rules.map((rule, index) => ({
      name: `rule ${index + 1}`,
      when: matchOf(rule.when),
      do: rule.do,
      ...given({
        service: rule.service,
        severity: rule.severity,
        template: rule.template,
        title: rule.title,
        waitMs: rule.for,
        group: rule.group === undefined ? undefined : listOf(rule.group),
        resolveAfterMs: rule['resolve-after'],
      }),
    })),
  };
  return {
    ...rules,
    readers: Object.fromEntries(
      Object.entries(file.sources).map(([name, source]) => [name, readerOf(name, source, env)]),
    ),
    deployments: Object.fromEntries(
      Object.entries(file.deployments).map(([name, source]) => [name, deploymentsOf(name, source, env)]),
    ),
    expected: Object.entries(file.sources).flatMap(([name, source]) =>
      source['expect-every'] === undefined ? [] : [silenceOf(name, source['expect-every'], rules)],
    ),
    noticeAfter: noticesBy(calendar),
  };
}

/** The same where people have to sign in: what asks its senders for nothing takes nothing. */
export function closedWithoutProof(rules: AlertsInForce): AlertsInForce {
  const readers = Object.entries(rules.readers).map(([name, reader]): [string, AlertSource] => [
    name,
    reader.proof.local === true ? { ...reader, proof: { ...reader.proof, closed: true } } : reader,
  ]);
  return { ...rules, readers: Object.fromEntries(readers) };
}

/** Who hears of alerts that fit no rule. */
export function noticeReaders({ alerts, channels }: Pick<Config, 'alerts' | 'channels'>): NoticeReaders {
  const audiences = Object.entries(channels.audiences).map(([name, audience]) => [name, audience.channels] as const);
  return { to: listOf(alerts['unmatched-to']), audiences: Object.fromEntries(audiences) };
}

// The answer is the same for every request until that instant.
function noticesBy(calendar: CalendarFile): AlertsInForce['noticeAfter'] {
  let known = { from: Infinity, next: -Infinity };
  return (at) => {
    if (at < known.from || at >= known.next)
      known = { from: at, next: nextNoticeAt(compileCalendar(calendar, at), at) };
    return known.next;
  };
}

function readerOf(name: string, source: SourceFile, env: NodeJS.ProcessEnv): AlertSource {
  const { preset, map } = source;
  const mapping = map === undefined ? presetMapping(preset ?? 'generic') : compileMapping(map).mapping;
  if (mapping === undefined) throw new Error(`there is no preset ${preset}`);
  return { name, mapping, proof: proofOf(source, env), ...given({ preset }) };
}

function deploymentsOf(name: string, source: DeploymentsFile, env: NodeJS.ProcessEnv): DeploymentSource {
  const { preset, map, service, services, environments, checks, may } = source;
  const mapping = map === undefined ? changeMapping(preset ?? 'generic') : compileChangeMap(map).mapping;
  if (mapping === undefined) throw new Error(`there is no preset ${preset}`);
  const rules: ChangeRules = {
    name,
    services: inSmallLetters(services),
    environments: listOf(environments),
    checks: inSmallLetters(checks),
    may,
    ...given({ service }),
  };
  return { name, mapping, rules, proof: proofOf(source, env) };
}

/** How change events over a source of alerts count: it has a service, and moves no release. */
export function changesOverAlerts({
  name,
  service,
}: {
  readonly name: string;
  readonly service?: string;
}): ChangeRules {
  return { name, services: {}, environments: ['*'], checks: {}, may: [], ...given({ service }) };
}

const inSmallLetters = (words: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(words).map(([word, meant]) => [word.toLowerCase(), meant]));

function proofOf(
  { preset, key, topics, local, ...source }: Pick<SourceFile, 'preset' | 'key' | 'signature' | 'topics' | 'local'>,
  env: NodeJS.ProcessEnv,
): SourceProof {
  const signature = source.signature === 'sns' ? undefined : source.signature;
  const secret = (word: string) => secretOrNothing(word, env);
  const header = signature?.header ?? (preset === undefined ? undefined : signatureHeaderOf(preset));
  return {
    keys: listOf(key).map(secret),
    ...given({
      signature:
        signature === undefined || header === undefined
          ? undefined
          : {
              secrets: listOf(signature.secret).map(secret),
              header: header.toLowerCase(),
              ...given({ timestampHeader: signature['timestamp-header']?.toLowerCase() }),
            },
      // Without topics nobody is let in.
      topics: source.signature === 'sns' ? (topics ?? []) : undefined,
      local,
    }),
  };
}

/** The channels over which Muster pages the pager that this source is; undefined for no pager. */
function pagesBy(
  { preset, channels: named }: SourceFile,
  { channels }: Config['channels'],
): readonly string[] | undefined {
  const pager = preset === undefined ? undefined : pagerOfPreset(preset);
  if (pager === undefined) return undefined;
  if (named !== undefined) return named;
  return Object.keys(channels).filter((name) => channels[name]!.type === pager);
}

function rulesOf(source: SourceFile, channels: Config['channels']): SourceRules {
  const severities = Object.entries(source.severities).map(([word, level]) => [word.toLowerCase(), level] as const);
  return {
    severity: source.severity,
    severities: Object.fromEntries(severities),
    resolveAfterMs: source['resolve-after'],
    ...given({
      service: source.service,
      template: source.template,
      pagesBy: pagesBy(source, channels),
      againAfterMs: source['again-after'],
      endsAfterMs: source['ends-after'],
      flapping: source.flapping && { times: source.flapping.times, withinMs: source.flapping.within },
    }),
  };
}

function matchOf({ source, title, severity, service, labels }: AlertsFile['rules'][number]['when']): AlertMatch {
  return given({
    source: source === undefined ? undefined : listOf(source),
    title: title === undefined ? undefined : listOf(title),
    severity: severity === undefined ? undefined : listOf(severity),
    service: service === undefined ? undefined : listOf(service),
    labels: labels === undefined ? undefined : labelGlobs(labels),
  });
}

function labelGlobs(labels: Readonly<Record<string, string | readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(labels).map(([name, globs]) => [name, listOf(globs)]));
}
