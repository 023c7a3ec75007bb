/**
 * Owns the page of a release: how it stands and what it is held by, the windows of its phases, the
 * checklist with its checks, the gates, and the steps that lead on.
 */
import type { ReleasePage } from '../contracts/page-view-release';
import { noLevel } from '../contracts/command-table';
import { isUnmetStatus } from '../contracts/deadline-kinds';
import { Checklist } from './checklist';
import { Checks } from './checks';
import { DueList } from './deadlines';
import { Gates } from './gates';
import type { Governed } from './giving';
import { Links } from './incident-parts';
import { ProcessLink } from './links';
import { nameIn } from './names';
import { Level } from './now-page';
import { ReleaseLine } from './release-line';
import { ReleaseSteps } from './release-steps';
import { Meets } from './reschedule';
import { Timeline } from './timeline';
import { Age, FromNow, Sentence, Time } from './times';
import { Writing } from './writing';

export function Release({ page }: Shown) {
  const governed: Governed = { page, process: page.release };
  return (
    <>
      <Heading page={page} />
      <Held page={page} />
      <ReleaseSteps page={page} />
      <Gates {...governed} overrides={page.overrides} />
      <Deadlines page={page} />
      <ReleaseLine page={page} />
      <Checklist {...governed} />
      <Checks {...governed} />
      <LastWord page={page} />
      <Links process={page.release} />
      <Writing {...governed} />
      <Timeline page={page} process={page.release} />
    </>
  );
}

interface Shown {
  readonly page: ReleasePage;
}

function Heading({ page }: Shown) {
  const { release } = page;
  const { id, severity, title, status, drill, plannedAt, services, restricted, ended, targetAt, deployedAt } = release;
  const facts = [release.version, release.strategy].filter((one) => one !== undefined);
  return (
    <>
      <h1>
        {severity !== noLevel && <Level severity={severity} />} {drill && 'DRILL: '}
        {title}
      </h1>
      <p class="quiet">
        {id} · {status}
        {plannedAt !== undefined && (
          <>
            {' · '}
            <Age since={plannedAt} until={release.closedAt} clock={page} />
          </>
        )}
        {services.length > 0 && ` · ${services.join(', ')}`}
        {facts.length > 0 && ` · ${facts.join(', ')}`}
        {restricted !== undefined && ' · restricted'}
      </p>
      {ended !== undefined && (
        <p class="missed">It was ended in Temporal ({ended.how}): Muster reminds nobody of it any more.</p>
      )}
      {targetAt !== undefined && (
        <p>
          Target:{' '}
          <strong>
            <Time of={targetAt} clock={page} />
          </strong>
          , <FromNow of={targetAt} clock={page} />
          {deployedAt !== undefined && (
            <>
              . Live since <Time of={deployedAt} clock={page} />
            </>
          )}
        </p>
      )}
      <Managers page={page} />
      {release.description !== undefined && <blockquote>{release.description}</blockquote>}
    </>
  );
}

function Managers({ page }: Shown) {
  const { hasIt, roles, plannedBy } = page.release;
  const others = Object.entries(roles);
  return (
    <>
      {hasIt === null ? (
        <p>Nobody manages it{plannedBy !== undefined && `; planned by ${nameIn(page, plannedBy)}`}.</p>
      ) : (
        <p>
          <strong>{hasIt.name}</strong> manages it, since <Time of={hasIt.since} clock={page} />.
        </p>
      )}
      {others.length > 0 && <p>{others.map(([role, person]) => `${role}: ${nameIn(page, person)}`).join(' · ')}</p>}
    </>
  );
}

/** What is against the release now: freezes, open incidents, days of the target. */
function Held({ page }: Shown) {
  const { frozen, closedBy = [], meets = [], begunEarly, begunInFreeze } = page.release;
  return (
    <>
      {frozen?.freezes.map(({ id, title, until }) => (
        <p key={`${id}/${until}`} class="missed">
          Frozen until <Time of={until} clock={page} />: {title}
        </p>
      ))}
      {frozen && frozen.freeAt !== null && (
        <p>
          Free again from <Time of={frozen.freeAt} clock={page} />.
        </p>
      )}
      {closedBy.map(({ id, severity, since, title }) => (
        <p key={id} class="missed">
          Open incident on its services: <Level severity={severity} />{' '}
          <ProcessLink id={id}>{title ?? 'restricted incident'}</ProcessLink>, since <Time of={since} clock={page} />
        </p>
      ))}
      <Meets meets={meets} nameOf={(deadline) => deadline} clock={page} />
      {begunEarly && (
        <p>
          Begun early by {nameIn(page, begunEarly.by)}: <Sentence text={begunEarly.reason} clock={page} />
        </p>
      )}
      {begunInFreeze && (
        <p>
          Begun in a freeze by {nameIn(page, begunInFreeze.by)}: <Sentence text={begunInFreeze.reason} clock={page} />
        </p>
      )}
    </>
  );
}

function Deadlines({ page }: Shown) {
  const unmet = page.release.deadlines.filter(({ status, over }) => isUnmetStatus(status) && !over);
  if (unmet.length === 0) return null;
  return (
    <section aria-labelledby="due">
      <h2 id="due">Due next</h2>
      <DueList deadlines={unmet.slice(0, mostDue)} clock={page} />
      {unmet.length > mostDue && <p>and {unmet.length - mostDue} later</p>}
    </section>
  );
}
const mostDue = 5;

function LastWord({ page }: Shown) {
  const { lastWord } = page.release;
  if (lastWord === null) return null;
  return (
    <section aria-labelledby="last">
      <h2 id="last">Last word</h2>
      <blockquote>{lastWord.text}</blockquote>
      <p class="quiet">
        {lastWord.name}, <Time of={lastWord.at} clock={page} />
      </p>
    </section>
  );
}
