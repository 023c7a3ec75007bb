/**
 * Owns coverage of a configuration folder: prepares the input of the rules, checks the question,
 * and returns the answer as JSON. src/domain/coverage/ judges the ladders; no server is asked.
 */
import { readTime } from '../../contracts/instant-text';
import { coverageKinds, type CoverageKind, type CoverageView } from '../../contracts/coverage-view';
import {
  dayMs,
  iso,
  coverage,
  type Coverage,
  type CoverageQuestion,
  freezeHorizonMs,
  unknownName,
  levelNamed,
  levelsOf,
  type Instant,
  type Override,
  type Way,
} from '../../domain';
import { instantOf, localOf } from '../../domain/time/calendar';
import { channelTypes } from '../checks/channel-types';
import { reachProblem } from '../checks/channels';
import { compileFreezes } from '../compile/freezes';
import { compileZone } from '../compile/zone';
import { alertsInForce } from '../alerts-in-force';
import { directoryOf, policyOf, templatesOf } from '../in-force';
import { type Config } from '../loaded';
import { given } from '../../given';

/** The question, in the words of the user. */
export interface CoverageOrder {
  readonly days?: number;
  /** RFC 3339, or a local time or a date in the zone of the calendar. */
  readonly from?: string;
  readonly services?: readonly string[];
  readonly severities?: readonly string[];
  readonly allow?: readonly string[];
  /** The overrides, when a server was asked. */
  readonly overrides?: readonly Override[];
}
/**
 * Looks at every template of `config`. Returns a sentence instead of an answer when the question is
 * wrong.
 */
export function coverageOf(config: Config, order: CoverageOrder, now: Instant): CoverageView | string {
  const question = coverageQuestion(config, order, now);
  return typeof question === 'string' ? question : coverageView(config, order, coverage(question));
}

/** What the rules are asked, as plain data; a sentence when the question is wrong. */
export function coverageQuestion(config: Config, order: CoverageOrder, now: Instant): CoverageQuestion | string {
  const days = daysOf(order);
  const from = beginning(order.from, config.calendar.zone, now);
  if (typeof from === 'string') return from;
  const policies = (['incident', 'release'] as const).flatMap((kind) =>
    templatesOf(config, kind).map(({ name }) => policyOf(config, kind, from, name)),
  );
  const levels = [...new Set(policies.flatMap(levelsOf))];
  const asked = order.severities?.map((text) => levelNamed(levels, text) ?? text);
  const wrong =
    unknown('service', order.services, Object.keys(config.services.services)) ??
    unknown('severity', asked, levels) ??
    unknown('kind of finding', order.allow, coverageKinds);
  if (wrong !== undefined) return wrong;
  return {
    policies,
    directory: { ...directoryOf(config, from), overrides: order.overrides ?? [] },
    ways: waysOf(config),
    inside: Object.entries(config.channels.channels).flatMap(([name, { type }]) =>
      channelTypes[type].staysHere ? [name] : [],
    ),
    alerts: leadingAlerts(config),
    freezes: compileFreezes(config.freezes, config.calendar, from, from + freezeHorizonMs),
    from,
    to: daysLater(from, days, config.calendar.zone),
    ...given({
      services: order.services,
      severities: asked,
      allow: order.allow as CoverageKind[] | undefined,
    }),
  };
}

/** What the rules answered, for readers. */
export function coverageView(config: Config, order: CoverageOrder, answer: Coverage): CoverageView {
  const errors = answer.findings.filter(({ level }) => level === 'error').length;
  return {
    from: iso(answer.from),
    to: iso(answer.to),
    days: daysOf(order),
    zone: config.calendar.zone,
    templates: answer.templates,
    severities: answer.severities,
    services: answer.services,
    errors,
    notes: answer.findings.length - errors,
    items: answer.findings.map((finding) => ({
      ...finding,
      times: finding.times.map((time) => ({ from: iso(time.from), to: iso(time.to) })),
    })),
  };
}

// The secrets of senders are no matter of coverage; functions cannot cross to another thread.
function leadingAlerts(config: Config): NonNullable<CoverageQuestion['alerts']> {
  const { rules, sources, deployments } = alertsInForce(config, {});
  return { rules, sources, deployments };
}

function daysOf({ days = 90 }: CoverageOrder): number {
  return days;
}

/** The channels of each person, each with the problem that makes it unusable, if any. */
export function waysOf({ people, channels }: Pick<Config, 'people' | 'channels'>): Record<string, Way[]> {
  return Object.fromEntries(
    Object.entries(people.people).map(([id, person]) => [
      id,
      person.reach.map((channel) => {
        const problem = reachProblem(id, person, channel, channels);
        return { channel, ...given({ problem }) };
      }),
    ]),
  );
}

// Counts calendar days, so that a window that begins at midnight ends at midnight, also across a
// clock change.
function daysLater(from: Instant, days: number, zone: string): Instant {
  const around = compileZone(zone, from - dayMs, from + (days + 3) * dayMs);
  const { day, ms } = localOf(around, from);
  return instantOf(around, { day: day + days, ms }).at;
}

function beginning(text: string | undefined, zone: string, now: Instant): Instant | string {
  if (text === undefined) return now;
  const read = readTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00` : text);
  if (!read) return `"${text}" is no instant; expected one such as 2026-12-24T18:00 or 2026-12-24T16:00:00Z`;
  if (read.kind === 'instant') return read.at;
  const day = Math.floor(read.wall / dayMs);
  const around = compileZone(zone, read.wall - 3 * dayMs, read.wall + 3 * dayMs);
  const { at, kind } = instantOf(around, { day, ms: read.wall - day * dayMs });
  if (kind === 'unique') return at;
  return kind === 'gap'
    ? `the clock of ${zone} skips ${text}; say another time, or one with an offset`
    : `the clock of ${zone} shows ${text} twice; say which with an offset, such as ${new Date(at).toISOString()}`;
}

function unknown(what: string, asked: readonly string[] | undefined, known: readonly string[]): string | undefined {
  const stranger = asked?.find((one) => !known.includes(one));
  return stranger === undefined ? undefined : unknownName(what, stranger, known);
}
