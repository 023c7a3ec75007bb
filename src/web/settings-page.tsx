/**
 * Owns the page Settings, which is for looking: who asks, what is loaded and whether it is in
 * force, how channels and sources of alerts fare. It tests a channel, ends a token, and signs out.
 */
import type { TokenRow } from '../contracts/access-view';
import type { UnmatchedPage } from '../contracts/alerts-view';
import type { ChannelTestView } from '../contracts/configuration-view';
import type { ChannelShown, SettingsPage } from '../contracts/page-view-settings';
import { ActionForm } from './action-form';
import { useActing, useRoot } from './around';
import { Fold, Line, textOf, Tick } from './fields';
import { Sentence, Time } from './times';

export function Settings({ page }: Shown) {
  return (
    <>
      <h1>Settings</h1>
      <You page={page} />
      <Tokens page={page} />
      <Files page={page} />
      <Templates page={page} />
      <Channels page={page} />
      <Alerts page={page} />
    </>
  );
}

interface Shown {
  readonly page: SettingsPage;
}

function You({ page }: Shown) {
  const { me, isSignedIn, session, reader } = page;
  const root = useRoot();
  const roles = me.roles.map(({ role, services }) =>
    services === undefined ? role : `${role} for ${services.join(', ')}`,
  );
  return (
    <section aria-labelledby="you">
      <h2 id="you">You</h2>
      {!isSignedIn && (
        <p>Nobody has to sign in here: only this machine is answered, and everybody on it may do everything.</p>
      )}
      {isSignedIn && (
        <>
          <p>
            <strong>{reader?.name ?? me.id}</strong> ({me.id}), by {me.via}
            {!me.known && me.kind === 'person' && '. people.yaml does not have you'}.
          </p>
          <p>Roles: {roles.length === 0 ? 'none' : roles.join('; ')}.</p>
          {me.operations !== undefined && <p>This credential is only for: {me.operations.join(', ')}.</p>}
          {me.services !== undefined && <p>This credential is only for processes on: {me.services.join(', ')}.</p>}
        </>
      )}
      {session !== null && (
        <>
          <p>
            Signed in with this browser since <Time of={session.begunAt} clock={page} />. Unused, that ends at{' '}
            <Time of={session.endsAt} clock={page} />, and at <Time of={session.endsAtTheLatest} clock={page} /> at the
            latest.
          </p>
          <form method="post" action={`${root}logout`}>
            <Tick name="everywhere" label="In every browser" />
            <button type="submit">Sign out</button>
          </form>
        </>
      )}
    </section>
  );
}

function Tokens({ page }: Shown) {
  const { tokens } = page;
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">Your tokens</h2>
      {typeof tokens === 'string' && <p class="quiet">You do not see them here: {tokens}.</p>}
      {typeof tokens !== 'string' && tokens.length === 0 && <p>None counts.</p>}
      {typeof tokens !== 'string' && (
        <ul class="rows">
          {tokens.map((token) => (
            <li key={token.id}>
              <Token token={token} page={page} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Token({ token, page }: Shown & { readonly token: TokenRow }) {
  const { id, kind, name, operations, services, createdAt, expiresAt, lastUsedOn } = token;
  const acting = useActing();
  const isFor = [
    kind === 'ci' ? 'a program' : 'you',
    ...(operations === undefined ? [] : [operations.join(', ')]),
    ...(services === undefined ? [] : [`on ${services.join(', ')}`]),
  ];
  return (
    <article>
      <p>
        <strong>{name}</strong> <code>{id}</code>, for {isFor.join('; ')}
      </p>
      <p class="quiet">
        Made <Time of={createdAt} clock={page} />, ends <Time of={expiresAt} clock={page} />,{' '}
        {lastUsedOn === null ? 'never used' : `last used on ${lastUsedOn}`}
      </p>
      {acting && kind === 'person' && (
        <Fold words="End it">
          <ActionForm
            page={page}
            words={`End ${name}`}
            request={() => ({ method: 'DELETE', path: `v1/tokens/${id}` })}
          />
        </Fold>
      )}
    </article>
  );
}

function Files({ page }: Shown) {
  const { health, readAt } = page.files;
  return (
    <section aria-labelledby="files">
      <h2 id="files">Configuration</h2>
      {health.ok ? (
        <p>
          People, services, on-call, freezes and access are in force as they stand, read{' '}
          <Time of={readAt} clock={page} />.
        </p>
      ) : (
        <div class="refused">
          <p>
            <strong>Refused</strong> since <Time of={health.since} clock={page} />: the files of people, services,
            on-call, freezes and access have errors. Those read <Time of={readAt} clock={page} /> stay in force.
          </p>
          <ul>
            {health.errors.map(({ file, line, column, message }) => (
              <li key={`${file}:${line}:${column}:${message}`}>
                <code>
                  {file}:{line}:{column}
                </code>{' '}
                {message}
              </li>
            ))}
          </ul>
        </div>
      )}
      <p class="quiet">All other files count from a start of Muster on.</p>
    </section>
  );
}

function Templates({ page }: Shown) {
  return (
    <section aria-labelledby="templates">
      <h2 id="templates">Templates</h2>
      <ul>
        {page.templates.map(({ id, kind, version, hash, default: isDefault, levels }) => (
          <li key={id}>
            <strong>{id}</strong> {version}, for {kind}s{isDefault && ', the default'}. Levels: {levels.join(', ')}.{' '}
            <code title={hash}>{hash.slice(0, hashShown)}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
const hashShown = 12;

function Channels({ page }: Shown) {
  const { channels, mayTest, resultsMissing } = page;
  return (
    <section aria-labelledby="channels">
      <h2 id="channels">Channels</h2>
      {mayTest !== null && <p class="quiet">You cannot test a channel: {mayTest}.</p>}
      {resultsMissing !== null && <p class="missed">The latest results are not known: {resultsMissing}.</p>}
      <ul class="rows">
        {channels.map((channel) => (
          <li key={channel.id}>
            <Channel channel={channel} page={page} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Channel({ channel, page }: Shown & { readonly channel: ChannelShown }) {
  const { id, type, delivers, people, audiences, follows, drill, last } = channel;
  const acting = useActing();
  const does = [
    ...(people.length > 0 ? [`${people.length} people`] : []),
    ...audiences,
    ...(follows.length > 0 ? [`follows ${follows.join(', ')}`] : []),
    ...(drill ? ['drills'] : []),
  ];
  return (
    <article>
      <h3>
        {id} <span class="quiet">({type})</span>
      </h3>
      <p class="quiet">{does.length === 0 ? 'Nobody is reached by it.' : does.join(' · ')}</p>
      {last && (
        <p class={last.failed === undefined ? undefined : 'missed'}>
          {last.failed === undefined ? 'Delivered last ' : 'FAILED last '}
          <Time of={last.at} clock={page} />
          {last.failed !== undefined && (
            <>
              : <Sentence text={last.failed} clock={page} />
            </>
          )}
        </p>
      )}
      {!last && delivers && page.resultsMissing === null && (
        <p class="quiet">None of the latest incidents and releases has used it.</p>
      )}
      {acting && delivers && page.mayTest === null && (
        <Fold words="Test it">
          <ActionForm
            page={page}
            words="Send a real test message"
            request={(fields) => {
              const to = textOf(fields, 'to');
              const query = to === undefined ? '' : `?to=${encodeURIComponent(to)}`;
              return { path: `v1/channels/${encodeURIComponent(id)}/test${query}`, asksOnly: true };
            }}
            done={(answer) => testWords(answer as ChannelTestView)}
          >
            <Line name="to" label="To whom" hint="a person or an audience; empty: you" />
          </ActionForm>
        </Fold>
      )}
    </article>
  );
}

function testWords({ channel, to, status, because }: ChannelTestView): string {
  return status === 'delivered'
    ? `${channel} delivered it to ${to}.`
    : `NOT delivered to ${to}: ${because ?? 'the channel said no more'}`;
}

function Alerts({ page }: Shown) {
  const { alerts } = page;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">Alerts that come in</h2>
      {alerts === null ? (
        <p class="missed">They did not come in time.</p>
      ) : (
        <>
          <Sources alerts={alerts} page={page} />
          <h3>Fitted no rule</h3>
          {alerts.items.length === 0 ? <p>None.</p> : <Unmatched alerts={alerts} page={page} />}
        </>
      )}
    </section>
  );
}

interface Incoming extends Shown {
  readonly alerts: UnmatchedPage;
}

function Sources({ alerts: { sources }, page }: Incoming) {
  if (sources.length === 0) return <p>alerts.yaml names no source.</p>;
  return (
    <ul>
      {sources.map(({ source, preset, lastAt, alerts, unmatched, ignored }) => (
        <li key={source}>
          <strong>{source}</strong>
          {preset !== undefined && ` (${preset})`}:{' '}
          {lastAt === undefined ? (
            'nothing has come from it'
          ) : (
            <>
              last heard <Time of={lastAt} clock={page} />, {alerts} alerts, {ignored} ignored,{' '}
              {unmatched > 0 ? <strong>{unmatched} fitted no rule</strong> : 'all others fitted a rule'}
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

const mostUnmatched = 20;

function Unmatched({ alerts: { items }, page }: Incoming) {
  return (
    <>
      <ul>
        {items.slice(0, mostUnmatched).map(({ at, source, key, title, because }) => (
          <li key={`${at}/${source}/${key}`}>
            <Time of={at} clock={page} /> {source}: <strong>{title}</strong>. {because}
          </li>
        ))}
      </ul>
      {items.length > mostUnmatched && <p>and {items.length - mostUnmatched} earlier</p>}
    </>
  );
}
