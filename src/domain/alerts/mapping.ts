/**
 * Owns how the payload of a sender becomes alerts, by a mapping that is written as data: where the
 * identity stands, which words mean that it fires. Pure and total: a payload that fits nothing
 * gives no alert, but a reason that people are shown.
 */
import {
  allFilled,
  firstFilled,
  fitsGlob,
  filled,
  instantOf,
  valueAt,
  wordAt,
  type Path,
  type Payload,
  type Pattern,
} from './payload';
import { shortKey } from '../text/short-key';
import type { Alert, AlertGroup, AlertLink, AlertSays, Instant } from '../model';
import { given } from '../../given';

/** Which words of the sender mean what. */
export type StateRule =
  | { readonly always: AlertSays }
  /** It fires while this instant is ahead. */
  | { readonly until: Pattern }
  | {
      readonly of: readonly Pattern[];
      readonly words: Readonly<Partial<Record<AlertSays | 'ignored', readonly string[]>>>;
    };

/** Where labels stand. */
export type LabelRule =
  /** An object: each simple field is a label. */
  | { readonly fields: Path }
  /** A list of objects, or a JSON text of one, with a name and a value each. */
  | { readonly list: Path; readonly name: string; readonly value: string }
  /** A text such as `env:prod,service:payments`. */
  | { readonly pairs: Path; readonly between: string; readonly within: string }
  /** A part of a text: behind the first `after`, and before the `before` that comes next. */
  | { readonly part: Path; readonly name: string; readonly after?: string; readonly before?: string };

/** The fields of an alert, each with its alternatives in the order of trial. */
export interface FieldRules {
  readonly key?: readonly Pattern[];
  readonly state?: StateRule;
  readonly title?: readonly Pattern[];
  readonly text?: readonly Pattern[];
  readonly severity?: readonly Pattern[];
  readonly service?: readonly Pattern[];
  readonly runbook?: readonly Pattern[];
  readonly startsAt?: readonly Pattern[];
  readonly endsAt?: readonly Pattern[];
  /** Its sender tells no end: it has ended when it was not heard for so long. */
  readonly endsAfterMs?: number;
  /** Who acknowledged or ended it: an address, a name, an id. */
  readonly by?: readonly Pattern[];
  /** By title. */
  readonly links?: Readonly<Record<string, Pattern>>;
}

export interface AlertMapping extends FieldRules {
  /** A text that holds JSON: what it holds is the payload. Where it is missing, nothing changes. */
  readonly open?: Path;
  /** A list: each entry is an alert. */
  readonly each?: Path;
  readonly labels?: readonly LabelRule[];
  readonly unset?: readonly string[];
  /** What a whole message says of its group. */
  readonly group?: { readonly key: Pattern; readonly state?: StateRule; readonly leftOut?: Pattern };
  /** The first whose words all fit changes the rules. */
  readonly variants?: readonly (FieldRules & {
    readonly when: readonly { readonly of: Pattern; readonly is: readonly string[] }[];
  })[];
}

/** What a payload says. `unread`: parts of it that say nothing, and why. */
export interface Mapped {
  readonly alerts: readonly Alert[];
  readonly groups: readonly AlertGroup[];
  readonly unread: readonly { readonly because: string; readonly title: string }[];
  /** Parts that mean nothing by intention: tests, notes, maintenance. */
  readonly ignored: number;
}

/** How many alerts one request may hold: more than a body of 1 MiB has room for. */
export const mostInRequest = 10_000;
const limits = { title: 200, text: 1_000, word: 120, url: 2_048, links: 5, labels: 40, label: 200 };

/**
 * The alerts in `body` from the source called `source`, received at `now`. `around`: the headers
 * and path of the request, and its query under `query`, names in lower case.
 */
export function mapAlerts(
  mapping: AlertMapping,
  source: string,
  body: unknown,
  around: Readonly<Record<string, unknown>>,
  now: Instant,
): Mapped {
  const unset = mapping.unset ?? [];
  const outer: Payload = { entry: body, root: body, around, labels: {}, unset };
  const root = mapping.open === undefined ? body : opened(valueAt(outer, mapping.open), body);
  const whole: Payload = { ...outer, entry: root, root };
  const entries = mapping.each === undefined ? [root] : listAt(whole, mapping.each);
  const group = groupOf(mapping, whole, now);
  const alerts: Alert[] = [];
  const unread: { because: string; title: string }[] = [];
  let ignored = 0;
  if (entries === undefined) unread.push({ because: 'the body has no list of alerts', title: '' });
  for (const entry of (entries ?? []).slice(0, mostInRequest)) {
    const read = readAlert(mapping, source, { ...whole, entry }, now);
    if ('alert' in read) alerts.push({ ...read.alert, ...given({ group: group?.group }) });
    else if (read.because === undefined) ignored += 1;
    else unread.push({ because: read.because, title: read.title });
  }
  if ((entries?.length ?? 0) > mostInRequest)
    unread.push({ because: `more than ${mostInRequest} alerts in one request`, title: '' });
  return { alerts, groups: group === undefined ? [] : [withEnd(group, alerts)], unread, ignored };
}

function withEnd(group: AlertGroup, alerts: readonly Alert[]): AlertGroup {
  const ends = alerts.flatMap(({ endsAt }) => endsAt ?? []);
  const last = ends.reduce((latest, end) => Math.max(latest, end), -Infinity);
  return group.says === 'resolved' && ends.length > 0 ? { ...group, endsAt: last } : group;
}

type Read = { readonly alert: Alert } | { readonly because: string | undefined; readonly title: string };

function readAlert(mapping: AlertMapping, source: string, bare: Payload, now: Instant): Read {
  const payload = { ...bare, labels: labelsOf(mapping.labels ?? [], bare) };
  const variant = mapping.variants?.find(({ when }) => when.every(({ of, is }) => fits(filled(payload, of), is)));
  const rules: AlertMapping & FieldRules = { ...mapping, ...variant };
  const word = (texts: readonly Pattern[] = []) => {
    const found = firstFilled(payload, texts);
    return found === undefined ? undefined : cut(oneLine(found), limits.word);
  };
  const key = firstFilled(payload, rules.key ?? []);
  const title = cut(oneLine(firstFilled(payload, rules.title ?? []) ?? key ?? source), limits.title);
  if (rules.state === undefined) return { because: 'the mapping does not say how this message is meant', title };
  const state = stateOf(rules.state, payload, now);
  if (state.says === 'ignored') return { because: undefined, title };
  if (state.says === undefined) return { because: state.because, title };
  if (key === undefined) return { because: 'the body has no identity: see docs/alerts.md for what to send', title };
  const text = firstFilled(payload, rules.text ?? []);
  const alert: Alert = {
    source,
    key: shortKey(oneLine(key)),
    says: state.says,
    title,
    links: linksOf(rules.links ?? {}, payload),
    labels: payload.labels,
    services: allFilled(payload, rules.service ?? []).map((found) => cut(oneLine(found), limits.word)),
    ...given({
      text: text === undefined ? undefined : cut(printable(text), limits.text),
      severity: word(rules.severity),
      runbook: webAddress(firstFilled(payload, rules.runbook ?? [])),
      startsAt: instantOf(firstFilled(payload, rules.startsAt ?? [])),
      endsAt: instantOf(firstFilled(payload, rules.endsAt ?? [])),
      endsAfterMs: rules.endsAfterMs,
      by: state.says === 'firing' ? undefined : answererIn(rules, payload),
    }),
  };
  return { alert };
}

// All of the sender's words for whoever did it; the first is what people are shown.
function answererIn({ by = [] }: FieldRules, payload: Payload): readonly string[] | undefined {
  const words = allFilled(payload, by).map((found) => cut(oneLine(found), limits.word));
  return words.length === 0 ? undefined : words;
}

/** Whether one of `globs` means the word; an empty one means that there is none. */
export function fits(word: string | undefined, globs: readonly string[]): boolean {
  return globs.some((glob) => (word === undefined ? glob === '' : fitsGlob(glob, word)));
}

type State = { readonly says: AlertSays | 'ignored' } | { readonly says: undefined; readonly because: string };

function stateOf(rule: StateRule, payload: Payload, now: Instant): State {
  if ('always' in rule) return { says: rule.always };
  if ('until' in rule) {
    const at = instantOf(filled(payload, rule.until));
    return { says: at !== undefined && at <= now ? 'resolved' : 'firing' };
  }
  const word = firstFilled(payload, rule.of);
  // What is ignored comes last: `*` there means everything else.
  for (const says of ['acknowledged', 'resolved', 'firing', 'ignored'] as const)
    if (fits(word, rule.words[says] ?? [])) return { says };
  const known = Object.values(rule.words).flat().filter(Boolean).join(', ');
  const found = word === undefined ? 'no state' : `the state ${JSON.stringify(word.slice(0, 60))}`;
  return { says: undefined, because: `${found}; known are ${known}` };
}

function groupOf({ group }: AlertMapping, payload: Payload, now: Instant): AlertGroup | undefined {
  const key = group && filled(payload, group.key);
  if (group === undefined || key === undefined) return undefined;
  const state = group.state === undefined ? undefined : stateOf(group.state, payload, now);
  const leftOut = Number((group.leftOut && filled(payload, group.leftOut)) ?? 0);
  return {
    group: shortKey(oneLine(key)),
    says: state?.says === 'resolved' ? 'resolved' : 'firing',
    leftOut: Number.isSafeInteger(leftOut) && leftOut > 0 ? leftOut : 0,
  };
}

function listAt(payload: Payload, path: Path): readonly unknown[] | undefined {
  const value = valueAt(payload, path);
  return Array.isArray(value) ? value : undefined;
}

function opened(value: unknown, otherwise: unknown): unknown {
  if (typeof value !== 'string') return otherwise;
  return parsed(value) ?? otherwise;
}
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The labels of a payload, each with the first value that is found. */
export function labelsOf(rules: readonly LabelRule[], payload: Payload): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  const add = (name: unknown, value: unknown) => {
    if (typeof name !== 'string' || labels.size >= limits.labels) return;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return;
    const [key, word] = [cut(oneLine(name), limits.word), cut(oneLine(String(value)), limits.label)];
    if (key !== '' && key !== '__proto__' && word !== '' && !labels.has(key)) labels.set(key, word);
  };
  for (const rule of rules) {
    if ('fields' in rule) {
      const value = valueAt(payload, rule.fields);
      if (typeof value === 'object' && value !== null)
        for (const [name, field] of Object.entries(value)) add(name, field);
    } else if ('list' in rule) {
      const value = valueAt(payload, rule.list);
      const list = typeof value === 'string' ? parsed(value) : value;
      for (const one of Array.isArray(list) ? (list as unknown[]) : []) {
        if (typeof one === 'object' && one !== null)
          add((one as Record<string, unknown>)[rule.name], (one as Record<string, unknown>)[rule.value]);
      }
    } else if ('part' in rule) {
      add(rule.name, partOf(wordAt(payload, rule.part), rule));
    } else {
      const value = valueAt(payload, rule.pairs);
      if (typeof value !== 'string') continue;
      for (const pair of value.slice(0, 4_000).split(rule.between)) {
        const [name, ...rest] = pair.split(rule.within);
        // Alertmanager writes a list of Markdown.
        if (rest.length > 0) add(name!.trim().replace(/^- /, ''), rest.join(rule.within).trim());
      }
    }
  }
  return Object.fromEntries(labels);
}

function partOf(
  text: string | undefined,
  { after, before }: { readonly after?: string; readonly before?: string },
): string | undefined {
  const from = after === undefined ? 0 : (text?.indexOf(after) ?? -1);
  if (text === undefined || from < 0) return undefined;
  const rest = text.slice(from + (after?.length ?? 0));
  const to = before === undefined ? rest.length : rest.indexOf(before);
  return to < 0 ? undefined : rest.slice(0, to);
}

function linksOf(links: Readonly<Record<string, Pattern>>, payload: Payload): AlertLink[] {
  return Object.entries(links)
    .flatMap(([title, text]) => {
      const url = webAddress(filled(payload, text));
      return url === undefined ? [] : [{ title, url }];
    })
    .slice(0, limits.links);
}

/**
 * An address of the web as people and chats may be shown it; undefined for anything else. A name
 * before the host is left out too: such an address seems to lead elsewhere than it does.
 */
export function webAddress(text: string | undefined): string | undefined {
  if (text === undefined || text.length > limits.url) return undefined;
  return /^https?:\/\/[^\s/?#@\p{Cc}\p{Cs}<>"]+(?:[/?#][^\s\p{Cc}\p{Cs}<>"]*)?$/iu.test(text) ? text : undefined;
}

/** Control characters and separators of lines become spaces; lone surrogates go. */
export function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Cs}/gu, '')
    .trim();
}
/** At most so many units, and never through the middle of a character of two. */
export function cut(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]+/gu, ' ').replace(/\p{Cs}/gu, '');
}
