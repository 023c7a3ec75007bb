/**
 * Owns a form that gives a command: it says that it is under way, what came of it, and keeps the
 * text where it was refused. Without a script it is there only if the server reads it as it is.
 */
import type { ComponentChildren } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { Recipient } from '../contracts/deadline-view';
import { useActing, useRoot, type Acting, type Outcome, type Request } from './around';
import { Sentence, type Clock } from './times';

interface Action {
  readonly page: Clock & { readonly people: readonly Recipient[] | null };
  /** What the button says. */
  readonly words: string;
  /** What the form asks for, from its fields. */
  readonly request: (fields: FormData) => Omit<Request, 'key'>;
  /** What is said when it was done; absent: `Done.` */
  readonly done?: (body: unknown) => string;
  /** After it was done. */
  readonly onDone?: (body: unknown) => void;
  /** The key under which it acts; absent: one of its own for what it says. */
  readonly ownKey?: string;
  /** The class of the button. */
  readonly look?: string;
  /** Where a browser sends the fields that runs no script, and under which key; absent: nowhere. */
  readonly unscripted?: { readonly path: string; readonly key: string };
  readonly children?: ComponentChildren;
}

/** The fields `children` and a button. Where nobody signs in, the form asks who acts. */
export function ActionForm({ page, words, request, done, onDone, ownKey, look, unscripted, children }: Action) {
  const acting = useActing();
  const root = useRoot();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  // The same words under the same key, so that what was sent without an answer counts once.
  const sent = useRef<{ readonly text: string; readonly key: string } | undefined>(undefined);
  if (acting === null && unscripted === undefined) return null;
  const give = async (form: HTMLFormElement, { send, me }: Acting) => {
    const asked = request(new FormData(form));
    const text = JSON.stringify([asked, me]);
    if (sent.current?.text !== text) sent.current = { text, key: ownKey ?? crypto.randomUUID() };
    setBusy(true);
    const came = await send({ ...asked, key: sent.current.key });
    setBusy(false);
    setOutcome(came);
    if (!came.ok) return;
    sent.current = undefined;
    form.reset();
    onDone?.(came.body);
  };
  return (
    <form
      class="action"
      {...(unscripted && { method: 'post', action: `${root}${unscripted.path}` })}
      onSubmit={(event) => {
        if (acting === null) return;
        event.preventDefault();
        if (!isBusy) void give(event.currentTarget, acting);
      }}
    >
      {unscripted && <input type="hidden" name="key" value={unscripted.key} />}
      <WhoActs acting={acting} people={page.people} />
      {children}
      <button type="submit" class={look} aria-disabled={isBusy}>
        {isBusy ? `${words} ...` : words}
      </button>
      <div role="status">
        {outcome?.ok === true && <p class="done">{done?.(outcome.body) ?? 'Done.'}</p>}
        {outcome?.ok === false && <NotDone outcome={outcome} page={page} />}
      </div>
    </form>
  );
}

function NotDone({ outcome, page }: { readonly outcome: Outcome & { readonly ok: false }; readonly page: Clock }) {
  return (
    <div class="refused">
      <strong>Not done:</strong> <Sentence text={outcome.because} clock={page} />
      {outcome.errors && (
        <ul>
          {outcome.errors.map(({ path, message }) => (
            <li key={path}>
              {path}: {message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Asks who acts, where nobody has to sign in; this browser remembers the answer. */
export function WhoActs({ acting, people }: WhoIsAsked) {
  if (people === null || acting?.me !== undefined) return null;
  return (
    <label class="who">
      You are
      <select name="actor" required onChange={({ currentTarget }) => acting?.setMe(currentTarget.value)}>
        <option value="">Choose ...</option>
        {people.map(({ person, name }) => (
          <option key={person} value={person}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
interface WhoIsAsked {
  readonly acting: Acting | null;
  readonly people: readonly Recipient[] | null;
}
