/**
 * Owns how a message of a deployment tool is read, by a mapping that is written as data: what it is
 * about, which words mean success, where release, service and version stand. Pure and total: a
 * message that fits nothing gives a reason that people are shown.
 */
import { cut, fits, labelsOf, oneLine, webAddress, type LabelRule } from '../alerts/mapping';
import { shortKey } from '../text/short-key';
import { filled, firstFilled, fitsGlob, instantOf, allFilled, type Pattern, type Payload } from '../alerts/payload';
import { dayMs, isoSecond } from '../time/instants';
import { keptForMs } from './log';
import type { ChangeDeed, ChangeKind, Instant, SaidChange } from '../model';
import { inAnyCase } from '../text/nearest';
import { own } from '../text/own';
import { given } from '../../given';

/** What a message may be about. */
export type MessageSubject = 'deployment' | 'check' | 'change' | 'ignored';
/** What the sender's word for the state may mean. */
export type ChangeState = 'succeeded' | 'failed' | 'ignored';

/** How one kind of message is read; each field with its alternatives in the order of trial. */
export interface MessageRules {
  /** All of these words have to fit. */
  readonly when: readonly { readonly of: Pattern; readonly is: readonly string[] }[];
  readonly what: MessageSubject;
  /**
   * The same when the sender repeats the message; without one, the same content within 2 minutes.
   */
  readonly id: readonly Pattern[];
  /** Absent: the message itself says that it happened. */
  readonly state?: {
    readonly of: readonly Pattern[];
    readonly words: Readonly<Partial<Record<ChangeState, readonly string[]>>>;
  };
  readonly check: readonly Pattern[];
  readonly title: readonly Pattern[];
  /** Where the id of a release may stand, also among other words. */
  readonly release: readonly Pattern[];
  readonly service: readonly Pattern[];
  readonly version: readonly Pattern[];
  readonly environment: readonly Pattern[];
  readonly url: readonly Pattern[];
  readonly by: readonly Pattern[];
  readonly at: readonly Pattern[];
}
export interface ChangeMapping {
  readonly labels: readonly LabelRule[];
  /** The first that fits decides. */
  readonly messages: readonly MessageRules[];
}

/** What alerts.yaml says of a source of changes. */
export interface ChangeRules {
  readonly name: string;
  readonly service?: string;
  /** By the sender's word in small letters. */
  readonly services: Readonly<Record<string, string>>;
  /** Globs: a deployment anywhere else says nothing of a service. */
  readonly environments: readonly string[];
  /** By the sender's word in small letters: the name of the check in a template. */
  readonly checks: Readonly<Record<string, string>>;
  readonly may: readonly ChangeDeed[];
}

export type ReadChange =
  /** `because`: what of it could not be read, or does not count. */
  | { readonly type: 'said'; readonly said: SaidChange; readonly because?: string }
  /** It says nothing by intention: a state on the way, another environment. */
  | { readonly type: 'ignored'; readonly because: string };

const limits = { title: 160, word: 80, url: 400, releases: 10 };
/** A clock may be ahead by so much without a word. */
const aheadMs = 5 * 60_000;

/**
 * What `body` says. `around`: headers and path of the request, names in lower case, and `digest`,
 * by which the same content is known. `known`: the services of services.yaml.
 */
export function readChange(
  { labels, messages }: ChangeMapping,
  rules: ChangeRules,
  known: readonly string[],
  body: unknown,
  around: Readonly<Record<string, unknown>>,
  now: Instant,
): ReadChange {
  const bare: Payload = { entry: body, root: body, around, labels: {}, unset: [] };
  const payload: Payload = { ...bare, labels: labelsOf(labels, bare) };
  const message = messages.find(({ when }) => when.every(({ of, is }) => fits(filled(payload, of), is)));
  if (message === undefined) return unread(rules, payload, now, 'no message of the mapping fits it');
  if (message.what === 'ignored') return { type: 'ignored', because: 'the mapping ignores such messages' };
  const word = (texts: readonly Pattern[], most = limits.word) => {
    const found = firstFilled(payload, texts);
    return found === undefined ? undefined : cut(oneLine(found), most) || undefined;
  };
  const state = stateOf(message, payload);
  if (state === undefined) {
    const said = word(message.state!.of);
    return unread(rules, payload, now, said === undefined ? 'it has no state' : `the state "${said}" is not known`);
  }
  if (state === 'ignored') return { type: 'ignored', because: 'it is neither a success nor a failure' };
  const environment = word(message.environment);
  if (environment !== undefined && !rules.environments.some((glob) => fitsGlob(glob, environment)))
    return { type: 'ignored', because: `${environment} is none of the environments of the source` };
  const checkWord = message.what === 'check' ? word(message.check) : undefined;
  if (message.what === 'check' && checkWord === undefined) return unread(rules, payload, now, 'it names no check');
  const releases = releasesIn(allFilled(payload, message.release));
  const mapped = checkWord === undefined ? undefined : own(rules.checks, checkWord.toLowerCase());
  const version = word(message.version);
  // Tools report each run of everything: only what somebody asked for is worth a word.
  if (checkWord !== undefined && releases.length === 0 && (mapped === undefined || version === undefined))
    return {
      type: 'ignored',
      because:
        mapped === undefined
          ? `it names no release, and checks of the source has no ${checkWord}`
          : 'it names neither a release nor a version',
    };
  const title = word(message.title, limits.title);
  if (title === undefined && message.what === 'change') return unread(rules, payload, now, 'it has no title');
  const when = whenOf(word(message.at), now);
  if (when.at <= now - keptForMs)
    return {
      type: 'ignored',
      because: `it tells of ${isoSecond(when.at)}, and changes are kept for ${keptForMs / dayMs} days`,
    };
  const url = webAddress(firstFilled(payload, message.url));
  const identity = firstFilled(payload, message.id);
  const content = digestOf(payload);
  const said: SaidChange = {
    change: {
      id: identity === undefined ? idByContent(rules, content, now) : `${rules.name}/${shortKey(oneLine(identity))}`,
      at: when.at,
      kind: kindOf(message.what, state),
      source: rules.name,
      title: title ?? rules.name,
      services: servicesOf(allFilled(payload, message.service), rules, known),
      ...given({
        version,
        environment,
        url: url !== undefined && url.length <= limits.url ? url : undefined,
        by: word(message.by),
      }),
    },
    receivedAt: now,
    ...(identity === undefined ? { content: `${rules.name}/${content}` } : {}),
    releases,
    may: rules.may,
    ...(checkWord === undefined
      ? {}
      : { check: { name: mapped ?? checkWord, result: state === 'succeeded' ? 'pass' : 'fail' } }),
  };
  return { type: 'said', said, ...given({ because: when.because }) };
}

/** What could be read of nothing, so that people are shown it. */
export function unreadChange(
  rules: Pick<ChangeRules, 'name'>,
  digest: string,
  because: string,
  now: Instant,
): SaidChange {
  const { name } = rules;
  return {
    change: {
      id: idByContent(rules, digest, now),
      at: now,
      kind: 'unread',
      source: name,
      title: name,
      services: [],
      because,
    },
    receivedAt: now,
    content: `${name}/${digest}`,
    releases: [],
    may: [],
  };
}

function unread(rules: ChangeRules, payload: Payload, now: Instant, because: string): ReadChange {
  return { type: 'said', said: unreadChange(rules, digestOf(payload), because, now) };
}

function stateOf({ state }: MessageRules, payload: Payload): ChangeState | undefined {
  if (state === undefined) return 'succeeded';
  const word = firstFilled(payload, state.of);
  // What is ignored comes last: `*` there means everything else.
  return (['succeeded', 'failed', 'ignored'] as const).find((says) => fits(word, state.words[says] ?? []));
}

function kindOf(what: Exclude<MessageSubject, 'ignored'>, state: ChangeState): ChangeKind {
  if (what !== 'deployment') return what === 'check' ? 'check' : 'changed';
  return state === 'failed' ? 'deployment-failed' : 'deployed';
}

const digestOf = ({ around }: Payload): string => (typeof around['digest'] === 'string' ? around['digest'] : '');

// The same content may be said again another day, and is another change then.
function idByContent({ name }: Pick<ChangeRules, 'name'>, digest: string, now: Instant): string {
  return `${name}/${digest}/${now}`;
}

// What did not happen yet, or at no instant that can be read, happened when it was told.
function whenOf(word: string | undefined, now: Instant): { readonly at: Instant; readonly because?: string } {
  if (word === undefined) return { at: now };
  const at = instantOf(word);
  if (at === undefined) return { at: now, because: `its time "${word}" cannot be read; that of its receipt counts` };
  if (at <= now) return { at };
  if (at <= now + aheadMs) return { at: now };
  return { at: now, because: `its time ${word} lies ahead; that of its receipt counts` };
}

/** The ids of releases among `texts`, each once; more than one mean none, so few are enough. */
function releasesIn(texts: readonly string[]): string[] {
  const found = texts.flatMap((text) => text.slice(0, 4_000).match(/\bREL-\d{4}-\d{2}-\d{2}-\d{3,9}\b/gi) ?? []);
  return [...new Set(found.map((id) => id.toUpperCase()))].slice(0, limits.releases);
}

/** The service of the first of the sender's words that means one; else that of the source. */
function servicesOf(words: readonly string[], rules: ChangeRules, known: readonly string[]): string[] {
  for (const word of words) {
    const service = own(rules.services, word.toLowerCase()) ?? inAnyCase(word, known) ?? lastPartOf(word, known);
    if (service !== undefined) return [service];
  }
  return rules.service === undefined ? [] : [rules.service];
}
// A repository is often called as its service: hopngo/payments.
function lastPartOf(word: string, known: readonly string[]): string | undefined {
  const part = word.split('/').at(-1) ?? '';
  return part === word || part === '' ? undefined : inAnyCase(part, known);
}
