/**
 * Owns what stands below the fold of an incident: links, alerts, changes, what happened. Links and
 * what happened stand on the page of a release too.
 */
import type { IncidentPage } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { OutsideLink, Way } from './links';
import { nameIn, type Names } from './names';
import { Sentence, Time, type Clock } from './times';

interface Shown {
  readonly page: IncidentPage;
}
const mostAlerts = 10;
const mostChanges = 8;

/** Links of the process and of its services, and the report. */
export function Links({ process }: { readonly process: ProcessView }) {
  const { id, kind, links, serviceLinks } = process;
  return (
    <section aria-labelledby="links">
      <h2 id="links">Links</h2>
      <ul>
        {serviceLinks.map(({ service, name, to }) => (
          <li key={`${service}/${name}`}>
            <OutsideLink to={to} title={`${service}: ${name}`} />
          </li>
        ))}
        {links.map(({ to, relation, title }) => (
          <li key={`${relation}/${to}`}>
            {relation}: <OutsideLink to={to} title={title} />
          </li>
        ))}
        <li>
          <Way to={`v1/${kind}s/${id}/report`}>Report</Way>
        </li>
      </ul>
    </section>
  );
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
      <ul>
        {shown.map(({ id, title, state, source, lastAt, runbook, links }) => (
          <li key={id}>
            <strong>{state}</strong> {title} <span class="quiet">({source})</span>, last heard{' '}
            <Time of={lastAt} clock={page} />
            {runbook !== undefined && (
              <>
                {' '}
                <OutsideLink to={runbook} title="Runbook" />
              </>
            )}
            {links.map((link) => (
              <span key={link.url}>
                {' '}
                <OutsideLink to={link.url} title={link.title} />
              </span>
            ))}
          </li>
        ))}
        {more > 0 && <li>and {more} more</li>}
      </ul>
    </section>
  );
}

/** What was changed on the services before. */
export function Changes({ page }: Shown) {
  const { recentChanges } = page.incident;
  if (recentChanges === undefined) return null;
  const shown = recentChanges.shown.slice(0, mostChanges);
  const more = recentChanges.more + recentChanges.shown.length - shown.length;
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">Recent changes</h2>
      <ul>
        {shown.map(({ at, kind, title, version, url, by, release }) => (
          <li key={`${at}/${title}`}>
            <Time of={at} clock={page} /> {kind}: {url === undefined ? title : <OutsideLink to={url} title={title} />}
            {version !== undefined && ` ${version}`}
            {by !== undefined && ` by ${by}`}
            {release !== undefined && (
              <>
                {' '}
                (<OutsideLink to={release} />)
              </>
            )}
          </li>
        ))}
        {more > 0 && <li>and {more} older</li>}
      </ul>
    </section>
  );
}

interface Account {
  readonly page: Clock & Names & Pick<IncidentPage, 'timeline' | 'earlier'>;
  readonly process: Pick<ProcessView, 'id' | 'kind'>;
}

/** What happened, the newest first. */
export function Timeline({ page, process: { id, kind } }: Account) {
  const { timeline, earlier } = page;
  return (
    <section aria-labelledby="timeline">
      <h2 id="timeline">Timeline</h2>
      <ol class="timeline">
        {timeline.map(({ seq, at, by, text }) => (
          <li key={seq}>
            <Time of={at} clock={page} /> {by !== 'muster' && <strong>{nameIn(page, by)}: </strong>}
            <Sentence text={text} clock={page} />
          </li>
        ))}
      </ol>
      {earlier > 0 && (
        <p>
          {earlier} earlier: <Way to={`v1/${kind}s/${id}/report?full=true`}>the full report</Way>
        </p>
      )}
    </section>
  );
}
