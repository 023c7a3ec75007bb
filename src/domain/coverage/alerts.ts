/**
 * Owns what of alerts.yaml leads nowhere: a rule behind one that takes all that it could take, a
 * source or rule whose incidents page nobody, or reach nobody, a part of a source of deployments
 * that means nothing. Reads what coverage found of the
 * levels and services; judges no ladder itself.
 */
import { fitsGlob } from '../alerts/payload';
import type { AlertMatch, AlertRule, RulesInForce } from '../alerts/ruling';
import { levelNamed, levelsOf } from '../state/severity';
import type { Instant, Policy } from '../model';
import type { Cause, CoverageFinding } from './findings';
import { vainParts, type DeploymentsQuestion } from './deployments';
import type { CoverageNotes } from './notes';

export interface LeadingAlerts extends Pick<RulesInForce, 'rules' | 'sources'> {
  /** By name; absent: no tool tells of deployments. */
  readonly deployments?: Readonly<Record<string, DeploymentsQuestion>>;
}
interface Question {
  readonly policies: readonly Policy[];
  readonly alerts?: LeadingAlerts;
  readonly from: Instant;
  readonly to: Instant;
}

/** Notes what of `alerts` leads nowhere. `found`: what is known of the ladders. */
export function noteAlerts(
  { alerts, policies, from, to }: Question,
  found: readonly CoverageFinding[],
  notes: CoverageNotes,
): void {
  if (alerts === undefined) return;
  const note = (level: 'error' | 'note', of: string, cause: Cause, times: CoverageFinding['times']) =>
    notes.addOfNoLadder({ kind: 'alerts-lead-nowhere', level, of, cause }, times);
  const names = Object.keys(alerts.sources);
  const rules = alerts.rules.map((rule) => ({ ...rule, when: withSources(rule.when, names) }));
  rules.forEach((rule, index) => {
    const before = rules.slice(0, index).find(({ when }) => takesAllOf(when, rule.when));
    if (before === undefined) return;
    const what = `none comes so far, because ${before.name} takes every alert that this rule could take`;
    const change = `alerts.yaml: move ${rule.name} before ${before.name}, or take it out`;
    note('error', `alerts of ${rule.name}`, { what, change }, [{ from, to }]);
  });
  const known = [...new Set(policies.flatMap(levelsOf))];
  for (const { of, severities, ...about } of leadsOf(alerts))
    for (const named of severities) {
      const severity = levelNamed(known, named) ?? named;
      const finding = found.find((one) => isAbout(one, { ...about, severity }));
      if (finding === undefined) continue;
      const service = about.service === undefined ? '' : ` about ${about.service}`;
      const what =
        finding.kind === 'pages-nobody'
          ? `some make a ${severity}, which pages nobody`
          : `some make a ${severity}${service}, whose ladder has times in which it reaches nobody`;
      const change =
        finding.kind === 'pages-nobody'
          ? 'nothing, if nobody has to be woken; else the level in alerts.yaml'
          : 'what is said about the ladder; or the service in alerts.yaml';
      note('note', `alerts of ${of}`, { what, change }, finding.times);
    }
  for (const [name, source] of Object.entries(alerts.deployments ?? {}))
    for (const cause of vainParts(source)) note('note', `messages of ${name}`, cause, [{ from, to }]);
}

interface Lead {
  readonly of: string;
  readonly severities: readonly string[];
  readonly service?: string | undefined;
  readonly template?: string | undefined;
}

// What a source or rule says itself; where an alert of another service leads, the findings of that
// service say.
function leadsOf({ sources, rules }: Pick<RulesInForce, 'rules' | 'sources'>): Lead[] {
  const levelsOfSource = (name: string) => [sources[name]!.severity, ...Object.values(sources[name]!.severities)];
  const ofRule = ({ severity, when }: AlertRule): string[] =>
    severity === undefined
      ? Object.keys(sources)
          .filter((name) => when.source?.some((glob) => fitsGlob(glob, name)) ?? true)
          .flatMap(levelsOfSource)
      : [severity];
  return [
    ...Object.entries(sources).map(([name, { service, template }]) => ({
      of: `source ${name}`,
      severities: [...new Set(levelsOfSource(name))],
      service,
      template,
    })),
    ...rules
      .filter(({ do: does, service, severity }) => does === 'open' && (service ?? severity) !== undefined)
      .map((rule) => ({
        of: rule.name,
        severities: [...new Set(ofRule(rule))],
        service: rule.service,
        template: rule.template,
      })),
  ];
}

function isAbout(
  { kind, level, where }: CoverageFinding,
  { severity, service, template }: Omit<Lead, 'of' | 'severities'> & { readonly severity: string },
): boolean {
  const isNobody = kind === 'reaches-nobody' && level === 'error' && service !== undefined;
  if (kind !== 'pages-nobody' && !isNobody) return false;
  return where.some(
    (place) =>
      place.ladder === 'response' &&
      place.severities.includes(severity) &&
      (service === undefined || place.services.includes(service)) &&
      (template === undefined || place.template === undefined || place.template === template),
  );
}

// The sources are all known: a rule for `g*` asks for those of that name.
function withSources({ source, ...others }: AlertMatch, names: readonly string[]): AlertMatch {
  if (source === undefined) return others;
  const meant = names.filter((name) => source.some((glob) => fitsGlob(glob, name)));
  return meant.length === names.length ? others : { ...others, source: meant };
}

/** Whether each alert that `narrow` asks for is one that `wide` asks for. */
export function takesAllOf(wide: AlertMatch, narrow: AlertMatch): boolean {
  const takes = (own: readonly string[] | undefined, other: readonly string[] | undefined) =>
    own === undefined || (other?.every((word) => own.some((glob) => isWithin(word, glob))) ?? false);
  return (
    takes(wide.source, narrow.source) &&
    takes(wide.title, narrow.title) &&
    takes(wide.severity, narrow.severity) &&
    takes(wide.service, narrow.service) &&
    Object.entries(wide.labels ?? {}).every(([name, globs]) =>
      takes(globs, narrow.labels && Object.hasOwn(narrow.labels, name) ? narrow.labels[name] : undefined),
    )
  );
}

// The stars of the narrower are letters here, which only a star of the wider takes. A word that is
// not there is "", which no star takes.
function isWithin(narrow: string, wide: string): boolean {
  return narrow === '' ? wide === '' : fitsGlob(wide, narrow);
}
