/**
 * Owns what an incident may come from, and what helps: alerts, what was changed before, runbooks
 * and links. Links stand on the page of a release too.
 */
import { changeVerbs } from '../contracts/change-kinds';
import type { IncidentPage } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { Fold } from './fields';
import { OutsideLink, ProcessLink, Way } from './links';
import { FromNow, Time } from './times';

interface Shown {
  readonly page: IncidentPage;
}
const mostAlerts = 10;
/** The others come on demand. */
const firstChanges = 5;

/** Runbooks first, then links of the process and of its services, and the report. */
export function Links({ process }: { readonly process: ProcessView }) {
  const { id, kind } = process;
  const all = linksOf(process);
  const [runbooks, others] = [all.filter(isRunbook), all.filter((link) => !isRunbook(link))];
  return (
    <section aria-labelledby="links">
      <h2 id="links">Links</h2>
      <ul>
        {[...runbooks, ...others].map(({ to, words, relation }) => (
          <li key={`${relation}/${words ?? ''}/${to}`}>
            {relation}: <OutsideLink to={to} title={words} />
          </li>
        ))}
        <li>
          <Way to={`v1/${kind}s/${id}/report`}>Report</Way>
        </li>
      </ul>
    </section>
  );
}

interface LinkShown {
  readonly to: string;
  readonly relation: string;
  readonly words: string | undefined;
}

function linksOf({ links, serviceLinks, alerts }: ProcessView): LinkShown[] {
  const ofAlerts = new Map((alerts?.shown ?? []).map(({ runbook, title }) => [runbook, title]));
  return [
    ...[...ofAlerts].flatMap(([to, title]) => (to === undefined ? [] : [{ to, relation: 'runbook', words: title }])),
    ...serviceLinks.map(({ service, name, to }) => ({ to, relation: service, words: name })),
    ...links.map(({ to, relation, title }) => ({ to, relation, words: title })),
  ];
}

function isRunbook({ relation, words = '' }: LinkShown): boolean {
  return relation === 'runbook' || /runbook/i.test(words);
}

/** The alerts that belong to the incident, those that fire first. */
export function Alerts({ page }: Shown) {
  const { alerts } = page.incident;
  if (alerts === undefined) return null;
  const shown = alerts.shown.slice(0, mostAlerts);
  const more = alerts.all - shown.length;
  return (
    <section aria-labelledby="alerts">
      <h2 id="alerts">
        Alerts: {alerts.firing} of {alerts.all} fire
      </h2>
      <ul class="rows">
        {shown.map(({ id, title, state, source, lastAt, runbook, links }) => (
          <li key={id}>
            <strong class={state === 'firing' ? 'missed' : undefined}>{state}</strong> {title}{' '}
            <span class="quiet">({source})</span>, last heard <Time of={lastAt} clock={page} />
            {(runbook !== undefined || links.length > 0) && (
              <p class="ways">
                {runbook !== undefined && <OutsideLink to={runbook} title="Runbook" />}
                {links.map((link) => (
                  <OutsideLink key={link.url} to={link.url} title={link.title} />
                ))}
              </p>
            )}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </section>
  );
}

/** What was changed on the services before, and the way to take it back. */
export function Changes({ page }: Shown) {
  const { recentChanges } = page.incident;
  if (recentChanges === undefined) return null;
  const { shown, more } = recentChanges;
  const later = shown.slice(firstChanges);
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Recent changes</h2>
      <ChangeList changes={shown.slice(0, firstChanges)} page={page} />
      {later.length > 0 && (
        <Fold words={`${later.length} older`}>
          <ChangeList changes={later} page={page} />
        </Fold>
      )}
      {more > 0 && (
        <p class="quiet">
          and {more} older: <code>muster changes</code>
        </p>
      )}
    </section>
  );
}

type Change = NonNullable<ProcessView['recentChanges']>['shown'][number];

function ChangeList({ changes, page }: Shown & { readonly changes: readonly Change[] }) {
  return (
    <ul class="rows">
      {changes.map((change) => (
        <li key={`${change.at}/${change.source}/${change.title}`}>
          <ChangeShown change={change} page={page} />
        </li>
      ))}
    </ul>
  );
}

function ChangeShown({ change, page }: Shown & { readonly change: Change }) {
  const { at, kind, title, services, source, environment, version, url, by, release, because, rollBack, ended } =
    change;
  const facts = [
    services.join(', '),
    version === undefined || title.includes(version) ? undefined : version,
    environment,
    by === undefined ? undefined : `by ${by}`,
    `told by ${source}`,
  ].filter((one) => one !== undefined && one !== '');
  return (
    <>
      <p>
        <Time of={at} clock={page} />, <FromNow of={at} clock={page} />:{' '}
        <strong class={kind === 'deployment-failed' ? 'missed' : undefined}>{changeVerbs[kind]}</strong>{' '}
        {url === undefined ? title : <OutsideLink to={url} title={title} />}
      </p>
      <p class="quiet">
        {facts.join(' · ')}
        {because !== undefined && ` · ${because}`}
        {ended && ' · its release is over'}
      </p>
      {release !== undefined && (
        <p class="ways">
          <ProcessLink id={release} part={rollBack === undefined ? undefined : 'steps'}>
            {rollBack === undefined ? release : `Roll back ${release}`}
          </ProcessLink>
          {rollBack !== undefined && <code>{rollBack}</code>}
        </p>
      )}
    </>
  );
}
