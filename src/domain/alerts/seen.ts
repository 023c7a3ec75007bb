/**
 * Owns what the intake counts of each source, and what it shows of alerts that fit no rule: the
 * latest, and the tally of which people are told once a day. Pure; changes the draft that it is
 * given.
 */
import { cut } from './mapping';
import type { Instant, IntakeState, SourceSeen, SourceTally, Unmatched } from '../model';
import { own } from '../text/own';
import { hourMs } from '../time/instants';

/** How many alerts that fit no rule are shown. */
const mostUnmatched = 50;
/** What is shown of each: labels are many and long, and all of them cross the hand-over. */
const shown = { title: 120, key: 120, because: 300, labels: 8, label: 80 };
/** Reasons that the tally keeps of a source, and the characters of each. */
const reasons = { most: 3, length: 160 };

const none = { requests: 0, alerts: 0, unmatched: 0, ignored: 0, late: 0, further: 0 };

/** Notes that `source` was heard at `at`, with `alerts` alerts. */
export function hear(draft: IntakeState, source: string, alerts: number, at: Instant): void {
  const seen: SourceSeen = own(draft.sources, source) ?? { ...none, lastAt: at };
  const { requests, lastAt } = seen;
  const heard = { lastAt: Math.max(lastAt, at), requests: requests + 1, alerts: seen.alerts + alerts };
  draft.sources[source] = { ...seen, ...heard };
}

type Counted = 'late' | 'further' | 'unmatched' | 'ignored' | 'pages' | 'answers';
/** Counts for a source. */
export function count(draft: IntakeState, source: string, what: Counted, by = 1): void {
  const seen = own(draft.sources, source);
  if (seen) draft.sources[source] = { ...seen, [what]: (seen[what] ?? 0) + by };
}

/** Counts and shows an alert that fits no rule. */
export function showUnmatched(draft: IntakeState, { at, source, key, title, because, labels }: Unmatched): void {
  count(draft, source, 'unmatched');
  const unmatched: Unmatched = {
    at,
    source,
    key: cut(key, shown.key),
    title: cut(title, shown.title),
    because: cut(because, shown.because),
    labels: Object.fromEntries(Object.entries(labels).slice(0, shown.labels).map(labelShown)),
  };
  draft.unmatched = [...draft.unmatched, unmatched].slice(-mostUnmatched);
  tally(draft, unmatched);
}

// Everybody who reads may see what fits no rule, and some senders put into labels what is secret.
const secretName = /pass(word|wd|phrase)?|secret|token|credential|api[-_.]?key|private[-_.]?key|authorization|cookie/i;
function labelShown([name, value]: [string, string]): [string, string] {
  return [name, secretName.test(name) ? '(not shown)' : cut(value, shown.label)];
}

function tally(draft: IntakeState, { at, source, because }: Unmatched): void {
  const { tellAt = 0 } = draft;
  // What could not be placed may come long after its request.
  const { dueAt, since, sources } = draft.tally ?? { dueAt: Math.max(tellAt, at + hourMs), since: at, sources: {} };
  const { count: before, reasons: known } = own(sources, source) ?? noTally;
  const reason = cut(because, reasons.length);
  const fresh = known.length < reasons.most && !known.includes(reason) ? [...known, reason] : known;
  draft.tally = { dueAt, since, sources: { ...sources, [source]: { count: before + 1, reasons: fresh } } };
}
const noTally: SourceTally = { count: 0, reasons: [] };

/** The tally as if these had come since: the message about them reached nobody. */
export function tallyAgain(draft: IntakeState, told: NonNullable<IntakeState['tally']>, dueAt: Instant): void {
  const { since, sources } = draft.tally ?? { since: told.since, sources: {} };
  const merged = { ...told.sources };
  for (const [source, { count: more, reasons: fresh }] of Object.entries(sources)) {
    const before = own(merged, source) ?? noTally;
    const both = [...new Set([...before.reasons, ...fresh])].slice(0, reasons.most);
    merged[source] = { count: before.count + more, reasons: both };
  }
  draft.tally = { dueAt: draft.tally?.dueAt ?? dueAt, since: Math.min(since, told.since), sources: merged };
}
