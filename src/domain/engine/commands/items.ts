/**
 * Owns the commands on the checklist: which items the words of a command mean, and what becomes of
 * the items. Pure, as common.ts.
 */
import { given } from '../../../given';
import type { CommandBody, ItemPolicy, LeftItem, ProcessState } from '../../model';
import { findItem, itemApplies, itemBlocks, itemsOf, missingNeeds } from '../../state/checklist';
import { failedCheckOf } from '../../state/checks';
import type { NewEvent } from '../../state/draft';
import { nearest, startingWith, unknownName } from '../../text/nearest';
import { type Decided, events, invalid, type NotTaken, refuse } from './decision';
import { refusedByGate } from './held';

/** The full ids, or the refusal of the first word that means no item. */
type Meant = { readonly ok: true; readonly ids: string[] } | NotTaken;

/** Ticks `items`, and of each of `phases` what keeps the phase from completion. */
export function completeItems(state: ProcessState, body: CommandBody<'complete-items'>): Decided {
  const { items = [], phases = [], note, evidence } = body;
  if (items.length + phases.length === 0) return invalid('items', 'say the items that are done, or the phases');
  const named = meantItems(state, items);
  if (!named.ok) return named;
  const finished = meantPhases(state, phases);
  if (!finished.ok) return finished;
  const unproven = named.ids.find((id) => findItem(state, id)?.evidenceRequired);
  if (unproven !== undefined && evidence === undefined)
    return refuse('evidence-required', `item ${unproven} needs evidence: a link or a sentence that proves it`);

  const blocking = blockingIn(state, finished.ids).filter(({ id }) => !named.ids.includes(id));
  const fit = blocking.filter((item) => !needsMore(item, evidence));
  const ticked = inReach(state, fit, named.ids).map(({ id }) => id);
  const ids = [...named.ids, ...ticked];
  const left = blocking.filter(({ id }) => !ticked.includes(id)).map((item) => leftOpen(state, item, ids));
  if (ids.length === 0 && left.length > 0)
    return (
      refusedByGate(
        state,
        left.map(({ id }) => id),
      ) ??
      refuse('needs-more', `nothing in ${finished.ids.join(', ')} can be ticked as it stands`, {
        items: left.map(needWords),
      })
    );
  const unfit = notApplicable(state, ids) ?? tooSoon(state, named.ids, ids);
  if (unfit) return unfit;
  const undone = ids.filter((id) => state.items[id]?.status !== 'done');
  const held = refusedByGate(state, [...undone, ...left.map(({ id }) => id)]);
  if (held) return held;
  const failed = failedChecks(state, undone);
  if (failed.size > 0 && note === undefined)
    return refuse(
      'check-failed',
      `${[...failed].map(([id, because]) => `item ${id} waits for a pass, but ${because}`).join('; ')}; to do it by hand all the same, give the reason as note`,
    );
  const done = (items: readonly string[], overFailedCheck?: string): DoneEvent[] =>
    items.length === 0
      ? []
      : [{ type: 'items-done', items: [...items], ...given({ note, evidence, overFailedCheck }) }];
  const passed = undone.filter((id) => !failed.has(id));
  const isSkipped = (id: string) => state.items[id]?.status === 'skipped';
  const [first, ...more] = [
    ...done(passed.filter((id) => !isSkipped(id))),
    ...done(passed.filter(isSkipped)), // a skipped item may still be done
    ...[...failed].flatMap(([id, because]) => done([id], because)),
  ];
  return first === undefined ? events() : events({ ...first, ...(left.length === 0 ? {} : { left }) }, ...more);
}
type DoneEvent = NewEvent & { readonly type: 'items-done' };

// R23: an item whose check failed is done by hand only for a reason, and stands as done over it.
function failedChecks(state: ProcessState, ids: readonly string[]): Map<string, string> {
  return new Map(
    ids.flatMap((id) => {
      const because = failedCheckOf(state, findItem(state, id)!);
      return because === undefined ? [] : [[id, because] as const];
    }),
  );
}

/** Says that `items` will not be done. */
export function skipItems(state: ProcessState, { items, reason }: CommandBody<'skip-items'>): Decided {
  const meant = meantItems(state, items);
  if (!meant.ok) return meant;
  const unfit = notApplicable(state, meant.ids);
  if (unfit) return unfit;
  const open = meant.ids.filter((id) => !['done', 'skipped'].includes(state.items[id]?.status ?? 'open'));
  const held = refusedByGate(state, open);
  if (held) return held;
  return open.length === 0 ? events() : events({ type: 'items-skipped', items: open, reason });
}

/** Opens settled items again. */
export function reopenItems(state: ProcessState, { items, reason }: CommandBody<'reopen-items'>): Decided {
  const meant = meantItems(state, items);
  if (!meant.ok) return meant;
  const settled = meant.ids.filter((id) => ['done', 'skipped'].includes(state.items[id]?.status ?? ''));
  return settled.length === 0 ? events() : events({ type: 'items-reopened', items: settled, reason });
}

// R33: of `named`, the first item that needs another one first. `ids`: what is ticked together.
function tooSoon(state: ProcessState, named: readonly string[], ids: readonly string[]): Decided | undefined {
  for (const id of named) {
    if (state.items[id]?.status === 'done') continue;
    const missing = missingNeeds(state, findItem(state, id)!).filter((need) => !ids.includes(need));
    if (missing.length > 0)
      return refuse(
        'needs-first',
        `item ${id} needs ${missing.join(', ')} first; tick ${missing.length === 1 ? 'that one' : 'those'} before, or in the same command`,
      );
  }
  return undefined;
}

// The items of `fit` that need nothing but what is settled, or ticked together with them.
function inReach(state: ProcessState, fit: readonly ItemPolicy[], named: readonly string[]): readonly ItemPolicy[] {
  const ids = [...named, ...fit.map(({ id }) => id)];
  const reached = fit.filter((item) => missingNeeds(state, item).every((need) => ids.includes(need)));
  return reached.length === fit.length ? fit : inReach(state, reached, named);
}

function notApplicable(state: ProcessState, ids: readonly string[]): Decided | undefined {
  const id = ids.find((one) => !itemApplies(state, findItem(state, one)!));
  if (id === undefined) return undefined;
  return refuse('not-applicable', `item ${id} does not apply to this ${state.kind} as it stands`);
}

// --- What a phase still needs --------------------------------------------------------------------

function blockingIn(state: ProcessState, phases: readonly string[]): ItemPolicy[] {
  return itemsOf(state)
    .filter(({ phase, item }) => phases.includes(phase.id) && itemBlocks(state, item))
    .map(({ item }) => item);
}

// A program reports a check. A person who finishes a whole phase has not looked at its result.
function needsMore({ check, evidenceRequired }: ItemPolicy, evidence: string | undefined): boolean {
  return check !== undefined || (evidenceRequired === true && evidence === undefined);
}

function leftOpen(state: ProcessState, item: ItemPolicy, ticked: readonly string[]): LeftItem {
  const needs = missingNeeds(state, item).filter((need) => !ticked.includes(need));
  return { id: item.id, ...given({ check: item.check?.name, needs: needs.length === 0 ? undefined : needs }) };
}

/** What an item needs that stayed open when its phase was to be finished. */
export function needWords({ id, check, needs }: LeftItem): string {
  if (needs !== undefined) return `${id} (needs ${needs.join(', ')} first)`;
  return check === undefined ? `${id} (needs evidence)` : `${id} (needs check ${check})`;
}

// --- What is meant -------------------------------------------------------------------------------

/**
 * The items that `words` mean: an id in full, or the beginning of one item that applies (R17). The
 * refusal says what was probably meant.
 */
function meantItems(state: ProcessState, words: readonly string[]): Meant {
  const applicable = itemsOf(state).filter(({ item }) => itemApplies(state, item));
  const known = applicable.map(({ item }) => item.id);
  return meant(
    words,
    'items',
    (word) => (findItem(state, word) ? [word] : startingWith(word, known)),
    (word) => unknownItem(state, word, known),
  );
}

function meantPhases(state: ProcessState, words: readonly string[]): Meant {
  const known = state.policy.phases.map(({ id }) => id);
  return meant(
    words,
    'phases',
    (word) => startingWith(word, known),
    (word) => unknownName('phase', word, known),
  );
}

function meant(
  words: readonly string[],
  field: string,
  find: (word: string) => readonly string[],
  unknown: (word: string) => string,
): Meant {
  const ids = new Set<string>();
  for (const [index, word] of words.entries()) {
    const [only, ...more] = find(word);
    if (only === undefined) return invalid(`${field}[${index}]`, unknown(word));
    if (more.length > 0) return invalid(`${field}[${index}]`, several(word, [only, ...more]));
    ids.add(only);
  }
  return { ok: true, ids: [...ids] };
}

const mostNamed = 8;
function several(word: string, ids: readonly string[]): string {
  const named = ids.slice(0, mostNamed).join(', ');
  return `several begin with "${word}": ${named}${ids.length > mostNamed ? ', ...' : ''}; say which`;
}

// The word may be a phase or a group, or nearly one.
function unknownItem(state: ProcessState, word: string, known: readonly string[]): string {
  const { phases } = state.policy;
  const phaseIds = phases.map(({ id }) => id);
  if (phaseIds.includes(word))
    return `${word} is a phase, not an item; to finish the phase: --phase ${word} (in JSON: phases)`;
  const groups = phases.flatMap((phase) => phase.groups);
  const group = groups.find(({ id }) => id === word);
  if (group) return `${word} is a group, not an item; its items are ${group.items.map(({ id }) => id).join(', ')}`;
  if (nearest(word, known).length > 0) return unknownName('item', word, known);
  const [phase] = nearest(word, phaseIds, 1);
  if (phase !== undefined) return `unknown item "${word}"; did you mean the phase ${phase}?`;
  const [close] = nearest(
    word,
    groups.map(({ id }) => id),
    1,
  );
  return close === undefined
    ? unknownName('item', word, known)
    : `unknown item "${word}"; did you mean the group ${close}?`;
}
