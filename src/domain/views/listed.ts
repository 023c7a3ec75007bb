/**
 * Owns what lists know of a process without asking it: the search attributes by which lists are
 * filtered, and the facts that stand in its memo. Knows no Temporal.
 */
import { isOwed, unmetFrom } from '../deadlines/due';
import { openActionItems, outlivedTheEnd } from '../state/action-items';
import { isTerminal } from '../state/draft';
import { neutralTitle, restrictedTo, restrictionOf } from '../state/restricted';
import { iso } from '../time/instants';
import type { ActionItem, ProcessState } from '../model';

/**
 * The search attributes that filter lists; instants as epoch ms. `MusterNextDueAt` is when the
 * earliest deadline that somebody owes is due, or since when it is missed: so the most overdue
 * process is the first by this one attribute. `MusterServices` are all services that were ever
 * affected (R21). `MusterActionOwners` and `MusterActionDueAt` are about the open action items,
 * also those of a process that has ended (R22). Everybody reads the attributes: a restricted
 * process has no services there (R37).
 */
export function searchAttributesOf(state: ProcessState) {
  const isOpen = !isTerminal(state);
  const owed = Object.values(state.deadlines).filter((deadline) => isOpen && isOwed(state, deadline));
  const due = owed.map(unmetFrom);
  const items = openActionItems(state);
  return {
    MusterStatus: state.lifecycle.status,
    MusterSeverity: state.severity,
    MusterServices: restrictedTo(state) ? [] : [...state.services, ...(state.formerServices ?? [])],
    MusterNextDueAt: due.length === 0 ? null : Math.min(...due),
    MusterMissed: owed.some(({ status }) => status === 'missed'),
    MusterDrill: state.drill,
    MusterActionOwners: [...new Set(items.flatMap((item) => ownersOf(state, item)))],
    MusterActionDueAt: items.length === 0 ? null : Math.min(...items.map(({ dueAt }) => dueAt)),
  };
}

/** An owner may be a role of the process: then whoever has the role owns the item too. */
function ownersOf({ roles }: ProcessState, { owner }: ActionItem): string[] {
  return [owner, ...(Object.hasOwn(roles, owner) ? [roles[owner]!] : [])];
}

/** The title of an action item of a restricted process. */
const neutralItem = 'restricted';
/** The most names in a memo that see a process. Its view knows all of them. */
const mostSeers = 200;
/** The most open action items in a memo. */
const mostItems = 20;

/**
 * What the rows of lists show besides the search attributes. Null: nothing to say. `services`:
 * those affected now, where the search attribute has more. `actionItems`: the open ones that are
 * due first; `furtherItems`: how many more are open. `endedAt`: when the process ended, if an
 * action item outlived that (R22). `seenBy`: of a restricted process, the names that see it (R37);
 * everybody may read the memo, so nothing else there says what such a process is about.
 */
export function memoOf(state: ProcessState) {
  const { kind, title, services, formerServices, lifecycle } = state;
  const restriction = restrictionOf(state);
  const items = openActionItems(state)
    .sort((a, b) => a.dueAt - b.dueAt)
    .map((item) => ({
      id: item.id,
      title: restriction ? neutralItem : item.title,
      owners: ownersOf(state, item),
      dueAt: iso(item.dueAt),
    }));
  return {
    title: restriction ? neutralTitle(kind) : title,
    services: restriction ? [] : formerServices === undefined ? null : [...services],
    seenBy: restriction ? [...restriction.to, ...restriction.involved].slice(0, mostSeers) : null,
    actionItems: items.length === 0 ? null : items.slice(0, mostItems),
    furtherItems: items.length > mostItems ? items.length - mostItems : null,
    endedAt: 'endedAt' in lifecycle && outlivedTheEnd(state) ? iso(lifecycle.endedAt) : null,
  };
}
