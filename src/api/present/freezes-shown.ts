/**
 * Owns what readers and commands are told of freezes, from freezes.yaml as it stands now: what
 * holds a release, the rows of a list, the events of a feed. The rules of freezes are in the
 * domain.
 */
import { compileCalendar, compileFreezes } from '../../config';
import type { FreezeRow, ProcessView } from '../../contracts/view';
import {
  deploymentPhase,
  freezeHorizonMs,
  freezesJudgedAt,
  freezesMet,
  freezeView,
  freezeWindows,
  frozenAt,
  frozenView,
  isBeforeDeployment,
  type Freeze,
  type FreezeWindow,
  type Frozen,
  type Instant,
  type Order,
  type ProcessFacts,
} from '../../domain';
import { utc, type CalendarEvent } from '../../domain/text/ics';
import { given } from '../../given';
import type { Shared } from '../http/route';

type Known = Pick<Shared, 'inForce' | 'config'>;

/** The freezes as they are now, good for questions from `from` to `to`. */
export function freezesNow({ inForce, config }: Known, from: Instant, to: Instant): readonly Freeze[] {
  return compileFreezes(inForce().freezes, config.calendar, from, to);
}

function hasFreezes({ inForce }: Known): boolean {
  return Object.keys(inForce().freezes.freezes).length > 0;
}

function frozenIn(
  known: Known,
  { services, template }: Pick<ProcessFacts, 'services' | 'template'>,
  at: Instant,
): Frozen | undefined {
  return frozenAt(freezesNow(known, at, at + freezeHorizonMs), { services, template: template.name }, at);
}

/**
 * The freezes that the rules have to know of with this order (R42). `facts`: asked only when
 * freezes matter to it.
 */
export async function frozenFor(
  known: Known,
  order: Order,
  at: Instant,
  facts: () => Promise<ProcessFacts>,
): Promise<Frozen | undefined> {
  const judged = freezesJudgedAt(order, at);
  if (judged === undefined || !hasFreezes(known)) return undefined;
  return frozenIn(known, await facts(), judged);
}

/** The view of a release with what holds its deployment now, and what is against its target. */
export function withFreezes(known: Known, view: ProcessView, now: Instant): ProcessView {
  const { kind, status, targetAt, template, meets = [], ended } = view;
  if (
    ended !== undefined ||
    kind !== 'release' ||
    targetAt === undefined ||
    !isBeforeDeployment(status) ||
    !hasFreezes(known)
  )
    return view;
  const loaded = known.config.templates.find(({ name }) => name === template.name);
  if (loaded !== undefined && deploymentPhase(loaded.compiled) === undefined) return view;
  const frozen = frozenIn(known, view, now);
  const target = Date.parse(targetAt);
  const atTarget = frozenIn(known, view, target);
  const met = freezesMet(atTarget, target, compileCalendar(known.config.calendar, target));
  return {
    ...view,
    ...(met.length === 0 ? {} : { meets: [...meets, ...met] }),
    ...given({ frozen: frozen && frozenView(frozen) }),
  };
}

/** Each window of the freezes between two instants, in order. */
export function freezeRows(freezes: readonly Freeze[], from: Instant, to: Instant, now: Instant): FreezeRow[] {
  return windowsOf(freezes, from, to).map(({ freeze: { services, templates, exempt }, window }) => ({
    ...freezeView(window),
    inForce: window.from <= now && now < window.until,
    services: services === undefined ? null : [...services],
    templates: templates === undefined ? null : [...templates],
    exempt: [...exempt],
  }));
}

/** The events of a feed of the freezes. */
export function freezeEvents(freezes: readonly Freeze[], from: Instant, to: Instant): CalendarEvent[] {
  return windowsOf(freezes, from, to).map(({ freeze, window }) => ({
    uid: `freeze-${window.id}-${utc(window.from)}@muster`,
    from: window.from,
    to: window.until,
    summary: `Freeze: ${window.title}`,
    description: [
      `Holds ${heldWords(freeze)}.`,
      window.allow.length === 0
        ? 'Nobody may deploy in it.'
        : `${window.allow.join(', ')} may deploy in it, with a reason.`,
    ].join('\n'),
  }));
}

function heldWords({ services, templates, exempt }: Freeze): string {
  const about = services === undefined ? '' : ` of ${services.join(', ')}`;
  const by = templates === undefined ? '' : ` by ${templates.join(', ')}`;
  const but = exempt.length === 0 ? '' : `, but not by ${exempt.join(', ')}`;
  return `releases${about}${by}${but}`;
}

function windowsOf(
  freezes: readonly Freeze[],
  from: Instant,
  to: Instant,
): { readonly freeze: Freeze; readonly window: FreezeWindow }[] {
  return freezes
    .flatMap((freeze) => freezeWindows(freeze, from, to).map((window) => ({ freeze, window })))
    .sort((a, b) => a.window.from - b.window.from || (a.window.id < b.window.id ? -1 : 1));
}
