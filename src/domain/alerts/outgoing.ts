/**
 * Owns what the intake wants to be done: alerts that nobody has heard of are placed, incidents are
 * told, people hear of what fits no rule. Of the alerts about one service (one place) one placement
 * is under way at a time, so that they never make two incidents. Pure; changes the draft that it is
 * given.
 */
import { fires, onlyAsks } from './episode';
import { fitting, placing, telling } from './reports';
import { placeOfEpisode } from './places';
import type { Episode, Further, Instant, IntakeEffect, IntakeState, Leading } from '../model';
import { bytesOf } from '../text/bytes';
import { given } from '../../given';

/**
 * How large the effects under way are, in bytes of JSON: they cross the hand-over. Others wait
 * their turn. Incidents that do not answer keep no alert from being placed.
 */
const mostUnderWay: Readonly<Record<'place' | 'tell', number>> = { place: 160 * 1024, tell: 48 * 1024 };

/**
 * Puts into the outbox what nobody has heard of, at each place and for each incident one at a time.
 */
export function dispatch(draft: IntakeState, now: Instant): void {
  const { byPlace, byIncident } = untoldOf(draft);
  const places = new Turn(draft.outbox, 'place');
  for (const [name, ids] of byPlace) {
    if (places.isOver) break;
    if (!places.has(name)) places.take(placement(draft, name, ids, now));
  }
  const incidents = new Turn(draft.outbox, 'tell');
  for (const [incident, ids] of byIncident) {
    if (incidents.isOver) break;
    if (!incidents.has(incident)) incidents.take(word(draft, incident, ids, now));
  }
  const notice = dueNotice(draft, now);
  const begun = [...places.begun, ...incidents.begun, ...notice];
  if (begun.length > 0) draft.outbox = [...draft.outbox, ...begun];
}

/** The effects of one kind that are under way, and those that begin now. */
class Turn {
  readonly begun: IntakeEffect[] = [];
  private bytes: number;
  private readonly names: ReadonlySet<string>;
  constructor(
    outbox: readonly IntakeEffect[],
    private readonly kind: 'place' | 'tell',
  ) {
    const mine = outbox.filter(({ type }) => type === kind);
    this.bytes = mine.reduce((sum, effect) => sum + bytesOf(effect), 0);
    this.names = new Set(mine.map(nameOf));
  }
  get isOver(): boolean {
    return this.bytes > mostUnderWay[this.kind];
  }
  has(name: string): boolean {
    return this.names.has(name);
  }
  take(effect: IntakeEffect): void {
    this.bytes += bytesOf(effect);
    this.begun.push(effect);
  }
}
const nameOf = (effect: IntakeEffect): string =>
  effect.type === 'place' ? effect.place : effect.type === 'tell' ? effect.incident : '';

interface Untold {
  readonly byPlace: ReadonlyMap<string, readonly string[]>;
  readonly byIncident: ReadonlyMap<string, readonly string[]>;
}
function untoldOf({ episodes, places }: IntakeState): Untold {
  const byPlace = new Map<string, string[]>();
  const byIncident = new Map<string, string[]>();
  const put = (where: Map<string, string[]>, name: string, id: string) => {
    const ids = where.get(name);
    if (ids === undefined) where.set(name, [id]);
    else ids.push(id);
  };
  for (const id in episodes) {
    const episode = episodes[id]!;
    if (!episode.untold) continue;
    if (episode.incident === undefined) put(byPlace, placeOfEpisode(episode), id);
    else put(byIncident, episode.incident, id);
  }
  for (const name in places) if (places[name]!.further && !byPlace.has(name)) byPlace.set(name, []);
  return { byPlace, byIncident };
}

// --- Effects -------------------------------------------------------------------------------------

function placement(draft: IntakeState, name: string, ids: readonly string[], now: Instant): IntakeEffect {
  const { incident: lastIncident, further } = draft.places[name] ?? {};
  const id = draft.nextEffectId++;
  const key = keyOf(draft, id);
  const first = fitting(draft, ids, now);
  const ruling = rulingOf(draft, ids, further);
  const report = placing(draft, key, first, further, ruling.resolveAfterMs, now);
  const isGathered = ruling.do === 'open' && ruling.gather !== undefined;
  draft.places[name] = given({ incident: lastIncident });
  markTold(draft, first);
  const request = { key, at: now, ruling, isGathered, report, ...given({ lastIncident }) };
  return { id, type: 'place', place: name, request };
}

// What opens an incident decides, also for those that only join.
function rulingOf({ episodes }: IntakeState, ids: readonly string[], further: Further | undefined): Leading {
  const opens = ids.find((id) => episodes[id]!.lead!.do === 'open') ?? ids[0];
  if (opens === undefined || (episodes[opens]!.lead!.do === 'join' && further !== undefined)) return further!.ruling;
  const { lead, details, title } = episodes[opens]!;
  return lead!.do === 'join' ? lead! : { ...lead!, title: details?.incidentTitle ?? title };
}

function word(draft: IntakeState, incident: string, ids: readonly string[], now: Instant): IntakeEffect {
  const id = draft.nextEffectId++;
  // An incident that is over hears of ends, and not of what fires; so one report says one thing.
  const what = saysOf(draft.episodes[ids[0]!]!);
  const alike = ids.filter((one) => saysOf(draft.episodes[one]!) === what);
  const first = fitting(draft, alike, now);
  const { resolveAfterMs } = draft.episodes[ids[0]!]!.lead!;
  const report = telling(draft, keyOf(draft, id), first, resolveAfterMs, now);
  markTold(draft, first);
  return { id, type: 'tell', incident, report };
}

const saysOf = (episode: Episode) => (!fires(episode) ? 'ended' : onlyAsks(episode) ? 'asks' : 'fires');

function markTold(draft: IntakeState, ids: readonly string[]): void {
  for (const id of ids) {
    const { untold: _, ...episode } = draft.episodes[id]!;
    draft.episodes[id] = episode;
  }
}

// One at a time: the next one counts from the end of this one.
function dueNotice(draft: IntakeState, now: Instant): IntakeEffect[] {
  const { tally } = draft;
  if (tally === undefined || tally.dueAt > now || draft.outbox.some(({ type }) => type === 'notify')) return [];
  const id = draft.nextEffectId++;
  delete draft.tally;
  return [{ id, type: 'notify', notice: { key: keyOf(draft, id), at: now, tally } }];
}

const keyOf = ({ mark }: IntakeState, effect: number) => `alerts/${mark}/${effect}`;
