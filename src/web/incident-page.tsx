/**
 * Owns the page of an incident: who has it, who was told and who is next come first, with the one
 * button that a person who was woken needs.
 */
import { isUnmetStatus, responseKind } from '../contracts/deadline-kinds';
import type { IncidentPage } from '../contracts/page-view';
import { Acknowledge } from './acknowledge';
import { Checklist } from './checklist';
import { Due, DueList, NextTold, ToldList } from './deadlines';
import { ActionItems, Review } from './follow-ups';
import { IncidentActs } from './incident-acts';
import { Alerts, Changes, Links } from './incident-parts';
import { nameIn } from './names';
import { ProcessLink } from './links';
import { Level } from './now-page';
import { Timeline } from './timeline';
import { Age, Sentence, Time } from './times';

export function Incident({ page }: Shown) {
  const { refused } = page;
  return (
    <>
      <Heading page={page} />
      {refused !== undefined && (
        <p class="refused" role="alert">
          <strong>Not done:</strong> <Sentence text={refused} clock={page} />
        </p>
      )}
      <Holder page={page} />
      <Acknowledge page={page} />
      <LastWord page={page} />
      <IncidentActs page={page} />
      <Deadlines page={page} />
      <Alerts page={page} />
      <Changes page={page} />
      <Links process={page.incident} />
      <Review process={page.incident} page={page} />
      <ActionItems process={page.incident} page={page} />
      <Checklist process={page.incident} page={page} />
      <Timeline page={page} process={page.incident} />
    </>
  );
}

/** Where the incident stands, for whoever came by an acknowledge link: the button is above it. */
export function IncidentStanding({ page }: Shown) {
  return (
    <>
      <Holder page={page} />
      <LastWord page={page} />
      <Deadlines page={page} />
      <Links process={page.incident} />
      <Alerts page={page} />
      <p>
        <ProcessLink id={page.incident.id}>Open it: update, escalate, hand off, resolve</ProcessLink>
      </p>
    </>
  );
}

interface Shown {
  readonly page: IncidentPage;
}

function Heading({ page }: Shown) {
  const { id, severity, title, status, drill, declaredAt, services, restricted, ended, mergedInto } = page.incident;
  return (
    <>
      <h1>
        <Level severity={severity} /> {drill && 'DRILL: '}
        {title}
      </h1>
      <p class="quiet">
        {id} · {status}
        {mergedInto !== undefined && ` into ${mergedInto}`}
        {declaredAt !== undefined && (
          <>
            {' · '}
            <Age since={declaredAt} until={page.incident.closedAt} clock={page} />
          </>
        )}
        {services.length > 0 && ` · ${services.join(', ')}`}
        {restricted !== undefined && ' · restricted'}
      </p>
      {ended !== undefined && (
        <p class="missed">It was ended in Temporal ({ended.how}): Muster calls nobody for it any more.</p>
      )}
    </>
  );
}

function Holder({ page }: Shown) {
  const { incident } = page;
  const { hasIt, handOff, roles } = incident;
  const response = incident.deadlines.find(({ kind }) => kind === responseKind);
  const others = Object.entries(roles);
  return (
    <section aria-labelledby="who">
      <h2 id="who">Who has it</h2>
      {hasIt === null ? (
        <p class="missed">Nobody has answered yet.</p>
      ) : (
        <p>
          <strong>{hasIt.name}</strong>, since <Time of={hasIt.since} clock={page} />
        </p>
      )}
      {handOff !== undefined && (
        <p>
          {nameIn(page, handOff.from)} hands it to <strong>{handOff.name}</strong>, who has until{' '}
          <Time of={handOff.answerBy} clock={page} /> to answer.
        </p>
      )}
      {response && isUnmetStatus(response.status) && (
        <p>
          <Due deadline={response} clock={page} />. <NextTold deadline={response} clock={page} />
        </p>
      )}
      {response && <ToldList told={response.told} clock={page} />}
      {others.length > 0 && <p>{others.map(([role, person]) => `${role}: ${nameIn(page, person)}`).join(' · ')}</p>}
    </section>
  );
}

function LastWord({ page }: Shown) {
  const { lastWord, actions } = page.incident;
  if (lastWord === null) return null;
  return (
    <section aria-labelledby="last">
      <h2 id="last">Last word</h2>
      <blockquote>{lastWord.text}</blockquote>
      <p class="quiet">
        {lastWord.name}, <Time of={lastWord.at} clock={page} />
      </p>
      {actions.length > 0 && (
        <ul>
          {actions.map((action) => (
            <li key={action}>{action}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What else is due; the response stands above. */
function Deadlines({ page }: Shown) {
  const others = page.incident.deadlines.filter(
    ({ kind, status, over }) => kind !== responseKind && isUnmetStatus(status) && !over,
  );
  if (others.length === 0) return null;
  return (
    <section aria-labelledby="due">
      <h2 id="due">Due next</h2>
      <DueList deadlines={others} clock={page} />
    </section>
  );
}
