/**
 * Owns what the rules of alerts.yaml make of an alert: where it leads, with which service, level,
 * template and title. The first rule that fits decides; without one, an alert whose service is
 * known opens an incident, and any other is unmatched, so that people are shown it. Pure.
 */
import { cut } from './mapping';
import { pageRuling } from './own-pages';
import { shortKey } from '../text/short-key';
import { fitsGlob } from './payload';
import { silence } from './intake';
import { formatDuration } from '../time/duration';
import { levelNamed } from '../state/severity';
import { inAnyCase } from '../text/nearest';
import { own } from '../text/own';
import type { Alert, Expected, Flapping, Leading, RuledAlert, Ruling } from '../model';
import { given } from '../../given';

/** What a rule asks of an alert: each field has one of the words, in which `*` is anything. */
export interface AlertMatch {
  readonly source?: readonly string[];
  readonly title?: readonly string[];
  readonly severity?: readonly string[];
  readonly service?: readonly string[];
  readonly labels?: Readonly<Record<string, readonly string[]>>;
}
export interface AlertRule {
  /** As people call it: its number in the file, from 1. */
  readonly name: string;
  readonly when: AlertMatch;
  readonly do: 'open' | 'join' | 'ignore';
  readonly service?: string;
  readonly severity?: string;
  readonly template?: string;
  /** `{title}`, `{service}`, `{label.NAME}` stand for what the alert says. */
  readonly title?: string;
  readonly waitMs?: number;
  /** Labels whose values part incidents about one service. */
  readonly group?: readonly string[];
  readonly resolveAfterMs?: number;
}
export interface SourceRules {
  /** The level of an alert whose own word means nothing. */
  readonly severity: string;
  /** The sender's words, in lower case, as levels. */
  readonly severities: Readonly<Record<string, string>>;
  readonly service?: string;
  readonly template?: string;
  readonly resolveAfterMs: number;
  readonly flapping?: Flapping;
  readonly againAfterMs?: number;
  /** Instead of what the alert says. */
  readonly endsAfterMs?: number;
  /** The source is a pager that Muster pages too, over these channels. */
  readonly pagesBy?: readonly string[];
}
/** What rulings are made from. */
export interface RulesInForce {
  readonly rules: readonly AlertRule[];
  readonly sources: Readonly<Record<string, SourceRules>>;
  /** The services of services.yaml. */
  readonly services: readonly string[];
  /** The levels of the incident templates. */
  readonly levels: readonly string[];
}

/** The alert by which the silence of a source is told. */
export function silenceOf(source: string, everyMs: number, inForce: RulesInForce): Expected {
  const alert: Alert = {
    source,
    key: silence,
    says: 'firing',
    title: `Nothing came from ${source} for ${formatDuration(everyMs)}`,
    services: [],
    links: [],
    labels: {},
  };
  const rules = inForce.sources[source]!;
  const ruling: Ruling = {
    do: 'open',
    severity: rules.severity,
    title: alert.title,
    resolveAfterMs: rules.resolveAfterMs,
    // Of its own: what a sender tells of a service has nothing to do with the sender's silence.
    gather: `${source} is silent`,
    ...given({ service: rules.service, template: rules.template }),
  };
  return { source, everyMs, alert: { ...alert, ruling } };
}

/** The alert with its ruling. */
export function ruled(alert: Alert, inForce: RulesInForce): RuledAlert {
  return { ...alert, ruling: rulingOf(alert, inForce) };
}

/** The rule that decides over the alert: the first that fits; undefined when none does. */
export function decidingRule(alert: Alert, { rules }: Pick<RulesInForce, 'rules'>): AlertRule | undefined {
  return rules.find(({ when }) => meets(alert, when));
}

function rulingOf(alert: Alert, inForce: RulesInForce): Ruling {
  const source = own(inForce.sources, alert.source);
  if (source === undefined) return { do: 'unmatched', because: `there is no source ${alert.source}` };
  const page = source.pagesBy && pageRuling(alert, source.pagesBy);
  if (page !== undefined) return page;
  const rule = decidingRule(alert, inForce);
  if (rule?.do === 'ignore') return { do: 'ignore', rule: rule.name };
  const service = rule?.service ?? serviceSaid(alert, inForce.services)?.service ?? source.service;
  if (rule === undefined && service === undefined)
    return {
      do: 'unmatched',
      because:
        alert.services.length === 0
          ? 'no rule takes it, and it names no service'
          : `no rule takes it, and ${alert.services.join(', ')} is no service of services.yaml`,
    };
  const common = {
    severity: rule?.severity ?? levelSaid(alert, source, inForce.levels)?.level ?? source.severity,
    resolveAfterMs: rule?.resolveAfterMs ?? source.resolveAfterMs,
    ...given({
      service,
      flapping: source.flapping,
      againAfterMs: source.againAfterMs,
      endsAfterMs: source.endsAfterMs ?? alert.endsAfterMs,
    }),
  } satisfies Omit<Leading, 'do' | 'title'>;
  if (rule?.do === 'join') return { do: 'join', ...common };
  return {
    do: 'open',
    ...common,
    title: titleOf(alert, rule?.title, service),
    ...given({
      template: rule?.template ?? source.template,
      waitMs: rule?.waitMs,
      gather: gatherOf(alert, rule),
    }),
  };
}

/** Whether the alert is one that `when` asks for. */
export function meets(alert: Alert, when: AlertMatch): boolean {
  const fits = (word: string | undefined, globs: readonly string[] | undefined) =>
    globs === undefined || globs.some((glob) => (word === undefined ? glob === '' : fitsGlob(glob, word)));
  return (
    fits(alert.source, when.source) &&
    fits(alert.title, when.title) &&
    fits(alert.severity, when.severity) &&
    (when.service === undefined ||
      (alert.services.length > 0 ? alert.services : [undefined]).some((one) => fits(one, when.service))) &&
    Object.entries(when.labels ?? {}).every(([name, globs]) => fits(labelOf(alert, name), globs))
  );
}

/**
 * The first of the sender's words that is a service. A sender may have one field of tags for
 * everything, so each word in it may be the service.
 */
export function serviceSaid(
  { services }: Pick<Alert, 'services'>,
  known: readonly string[],
): { readonly service: string; readonly word: string } | undefined {
  const words = services.flatMap((word) => [word, ...word.split(/[\s,;]+/)]).slice(0, 40);
  for (const word of words) {
    const service = word === '' ? undefined : inAnyCase(word, known);
    if (service !== undefined) return { service, word };
  }
  return undefined;
}

function labelOf({ labels }: Alert, name: string): string | undefined {
  return own(labels, name);
}

/**
 * The level that the sender's word means: what the source says of the word, else the level of that
 * name. A sender without a field for it writes the word first into a text (CloudWatch: `P1
 * service=payments`).
 */
export function levelSaid(
  { severity }: Pick<Alert, 'severity'>,
  { severities }: Pick<SourceRules, 'severities'>,
  levels: readonly string[],
): { readonly level: string; readonly word: string; readonly isMapped: boolean } | undefined {
  if (severity === undefined) return undefined;
  const [first = severity] = severity.split(/\s+/);
  for (const word of [severity, first]) {
    const mapped = own(severities, word.toLowerCase());
    const level = mapped ?? levelNamed(levels, word);
    if (level !== undefined) return { level, word, isMapped: mapped !== undefined };
  }
  return undefined;
}

/** What stands in braces in the title of a rule, besides labels (`{label.NAME}`). */
export const titlePlaces = ['title', 'service', 'source'] as const;
export const labelPlace = 'label.';

const longestTitle = 200;
function titleOf(alert: Alert, pattern: string | undefined, service: string | undefined): string {
  if (pattern === undefined) return alert.title;
  const filled = pattern.replace(/[{](title|service|source|label\.[^{}]+)[}]/g, (_, name: string) => {
    if (name === 'title') return alert.title;
    if (name === 'source') return alert.source;
    if (name === 'service') return service ?? '';
    return labelOf(alert, name.slice('label.'.length)) ?? '';
  });
  const title = cut(filled.trim(), longestTitle);
  return title === '' ? alert.title : title;
}

function gatherOf(alert: Alert, rule: AlertRule | undefined): string | undefined {
  if (rule?.group === undefined) return undefined;
  const values = rule.group.map((name) => `${name}=${labelOf(alert, name) ?? ''}`);
  return shortKey(`${rule.name}: ${values.join(', ')}`);
}
