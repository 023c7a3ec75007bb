/**
 * Owns the small pages by which people sign in with a browser and out again, and by which they
 * confirm a terminal. They need no script, and whoever reads them may have no session.
 */
import type { ComponentChildren } from 'preact';
import type { SignInPage } from '../contracts/page-view-sign-in';
import { useRoot } from './around';
import { Frame } from './frame';
import { Way } from './links';

type Page<N extends SignInPage['page']> = Extract<SignInPage, { readonly page: N }>;

/** The page with the ways to the others around it. */
export function SignIn({ model }: { readonly model: SignInPage }) {
  return (
    <Frame>
      <h1>{headingOf(model)}</h1>
      <Content model={model} />
    </Frame>
  );
}

/** What the page is about; its window says so too. */
export function headingOf(model: SignInPage): string {
  switch (model.page) {
    case 'open-to-all':
      return 'Muster';
    case 'sign-in':
    case 'sign-in-by-link':
      return 'Sign in to Muster';
    case 'signed-in':
      return 'Signed in';
    case 'not-signed-in':
    case 'provider-away':
      return 'Not signed in';
    case 'terminal-asks':
      return 'Is this terminal yours?';
    case 'no-terminal':
      return `Nothing waits under ${model.code}`;
    case 'terminal-signed-in':
      return 'Done';
  }
}

function Content({ model }: { readonly model: SignInPage }) {
  switch (model.page) {
    case 'open-to-all':
      return <p>Nobody has to sign in here: only this machine is answered.</p>;
    case 'sign-in':
      return <Ways page={model} />;
    case 'sign-in-by-link':
      return <ByLink page={model} />;
    case 'signed-in':
      return <Who page={model} />;
    case 'not-signed-in':
      return (
        <>
          <p class="refused">{model.because}.</p>
          {model.mayBeginAgain && <Again />}
        </>
      );
    case 'provider-away':
      return <Away page={model} />;
    case 'terminal-asks':
      return <Terminal page={model} />;
    case 'no-terminal':
      return (
        <p>
          It was used, or is older than 10 minutes. Begin again with <code>muster login</code>.
        </p>
      );
    case 'terminal-signed-in':
      return <p class="done">The terminal is signed in. You may close this page.</p>;
  }
}

interface Posted {
  /** From the root of the installation. */
  readonly to: string;
  readonly hidden?: Readonly<Record<string, string>>;
  readonly children: ComponentChildren;
}

function Form({ to, hidden = {}, children }: Posted) {
  const root = useRoot();
  return (
    <form class="action" method="post" action={`${root}${to}`}>
      {Object.entries(hidden).map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
    </form>
  );
}

function Because({ of }: { readonly of: string | undefined }) {
  return of === undefined ? null : <p class="refused">{of}.</p>;
}

// A link: whoever opens it asks by one tap, and types nothing.
function ByLink({ page: { goesOnTo, because, once, name } }: { readonly page: Page<'sign-in-by-link'> }) {
  return (
    <>
      <Because of={because} />
      <Form to="login" hidden={{ return: goesOnTo, secret: once }}>
        <button type="submit" autofocus>
          Sign in{name !== undefined && ` as ${name}`} with this browser
        </button>
      </Form>
      <p class="quiet">The link counts once.</p>
    </>
  );
}

function Ways({ page: { goesOnTo, because, provider } }: { readonly page: Page<'sign-in'> }) {
  return (
    <>
      <Because of={because} />
      {provider !== undefined && (
        <p class="ways">
          <Way to={`login/start?return=${encodeURIComponent(goesOnTo)}`}>Sign in with {provider}</Way>
        </p>
      )}
      <Form to="login" hidden={{ return: goesOnTo }}>
        <label>
          <span>
            {provider === undefined ? 'A' : 'Or a'} one-time secret of an admin, or the code of the first admin
          </span>
          <input name="secret" type="password" autocomplete="one-time-code" required maxLength={200} />
        </label>
        <label>
          <span>With the code: who you are, an id of people.yaml</span>
          <input name="person" type="text" autocomplete="username" maxLength={120} />
        </label>
        <button type="submit">Sign in</button>
      </Form>
      <p class="quiet">
        An admin makes a one-time secret by <code>muster token link PERSON</code>; whoever has signed in on the command
        line, by <code>muster login --page</code>.
      </p>
    </>
  );
}

function Who({ page: { reader, session, whomToAsk } }: { readonly page: Page<'signed-in'> }) {
  return (
    <>
      <p>
        Signed in as <strong>{reader.name}</strong> ({reader.person})
        {session !== undefined && `, until ${session.endsAt} at the latest`}.
        {session !== undefined && ` Unused, the session ends at ${session.unusedEndsAt}.`}
      </p>
      {whomToAsk !== undefined && (
        <p>people.yaml does not have you: you may look, and acknowledge what you were paged for. {whomToAsk}.</p>
      )}
      <Form to="logout">
        <label class="tick">
          <input type="checkbox" name="everywhere" value="yes" /> in every browser
        </label>
        <button type="submit">Sign out</button>
      </Form>
    </>
  );
}

function Again() {
  return (
    <p class="ways">
      <Way to="login/start">Begin again</Way>
    </p>
  );
}

function Away({ page: { issuer } }: { readonly page: Page<'provider-away'> }) {
  return (
    <>
      <p class="refused">
        The identity provider {issuer} does not answer, or does not confirm this sign-in. Whoever has signed in stays
        so, and tokens go on; for others an admin makes a one-time secret (<code>muster token link PERSON</code>).
      </p>
      <Again />
      <p class="ways">
        <Way to="login">Sign in by a one-time secret</Way>
      </p>
    </>
  );
}

function Terminal({ page: { machine, from, name, when, code } }: { readonly page: Page<'terminal-asks'> }) {
  return (
    <>
      <p>
        The machine <strong>{machine}</strong> at {from} wants to act as <strong>{name}</strong>. It asked at {when}.
      </p>
      <p>
        Confirm only if you began it, and your terminal shows <strong>{code}</strong>.
      </p>
      <Form to="login/confirm" hidden={{ code }}>
        <button type="submit">Yes, sign it in as me</button>
      </Form>
      <p class="quiet">If you did not begin it, close this page: nothing happens.</p>
    </>
  );
}
