/**
 * Owns the page Rehearse: the question as a form that works without a script, and what would
 * happen. A script only says that an answer is under way.
 */
import { useEffect, useState } from 'preact/hooks';
import type { RehearsePage, RehearseView } from '../contracts/rehearse-page';
import { given } from '../given';
import { useRoot } from './around';
import { ClockField } from './clock-field';
import { CoverageFound } from './coverage-found';
import { Compared } from './compared';
import { Sentence } from './times';
import { WouldHappen } from './would-happen';

export function Rehearse({ page }: Shown) {
  const [isBusy, setBusy] = useBusy();
  const busy = { isBusy, onAsk: () => setBusy(true) };
  return (
    <>
      <h1>Rehearse</h1>
      <Views page={page} busy={busy} />
      <p role="status" class={isBusy ? 'busy' : undefined}>
        {isBusy && (
          <>
            Rehearsing <progress />
          </>
        )}
      </p>
      <Faults page={page} />
      <View page={page} busy={busy} />
    </>
  );
}

interface Busy {
  readonly isBusy: boolean;
  readonly onAsk: () => void;
}
interface Shown {
  readonly page: RehearsePage;
}
type Asked = Shown & { readonly busy: Busy };

// Whoever comes back to the page by the button of the browser waits for no answer.
function useBusy(): [boolean, (is: boolean) => void] {
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const rest = () => setBusy(false);
    addEventListener('pageshow', rest);
    return () => removeEventListener('pageshow', rest);
  }, []);
  return [isBusy, setBusy];
}

function View({ page, busy }: Asked) {
  const { rehearsal, coverage, whatIf } = page;
  switch (page.show) {
    case 'rehearsal':
      return (
        <>
          <p class="quiet">The rules of Muster in virtual time: nothing is sent, and nothing is kept.</p>
          <Question page={page} busy={busy} />
          {rehearsal && <WouldHappen rehearsal={rehearsal} clock={page} />}
        </>
      );
    case 'coverage':
      return coverage && <CoverageFound coverage={coverage} clock={page} />;
    case 'what-if':
      return (
        <>
          <WhichIncident page={page} busy={busy} />
          {whatIf && <Compared whatIf={whatIf} clock={page} />}
        </>
      );
  }
}

const views: Readonly<Record<RehearseView, string>> = {
  rehearsal: 'An incident',
  coverage: 'Coverage of 90 days',
  'what-if': 'What if',
};

function Views({ page, busy }: Asked) {
  const root = useRoot();
  return (
    <nav class="views" aria-label="Rehearsals">
      {Object.entries(views).map(([view, words]) => (
        <a
          key={view}
          href={view === 'rehearsal' ? `${root}rehearse` : `${root}rehearse?show=${view}`}
          aria-current={view === page.show ? 'page' : undefined}
          onClick={busy.onAsk}
        >
          {words}
        </a>
      ))}
    </nav>
  );
}

function Faults({ page }: Shown) {
  const { refused } = page;
  if (refused.length === 0) return null;
  return (
    <div class="refused" role="alert">
      <strong>That cannot be rehearsed:</strong>
      <ul>
        {refused.map(({ path, message }) => (
          <li key={path + message}>
            {path !== '' && `${path}: `}
            <Sentence text={message} clock={page} />
          </li>
        ))}
      </ul>
    </div>
  );
}

// --- The question --------------------------------------------------------------------------------

function Question({ page, busy }: Asked) {
  const root = useRoot();
  const { asked, levels, services, everybody } = page;
  return (
    <form class="action question" method="get" action={`${root}rehearse`} onSubmit={busy.onAsk}>
      <Pick name="level" label="Level" value={asked.level} options={levels.map((level) => [level, level])} />
      <Pick
        name="service"
        label="About"
        value={asked.service}
        options={[...services.map((service) => [service, service] as const), ['', 'no service named']]}
      />
      <ClockField
        name="at"
        label="Declared at"
        hint={`on the clock of ${page.zone}; empty: now`}
        {...given({ value: asked.at === '' ? undefined : asked.at })}
      />
      <Pick
        name="who"
        label="Who answers"
        value={asked.who}
        options={[
          ['', 'nobody'],
          ['first', 'whoever is paged first'],
          ...(everybody ?? []).map(({ person, name }) => [person, name] as const),
        ]}
      />
      <label>
        <span>After how many minutes</span>
        <input type="number" name="after" min="0" max="9999" defaultValue={asked.after} inputMode="numeric" />
        <small>counts when somebody answers</small>
      </label>
      <button type="submit" class="primary" aria-disabled={busy.isBusy}>
        {busy.isBusy ? 'Rehearsing ...' : 'Rehearse'}
      </button>
    </form>
  );
}

interface PickField {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
}

/** The choice that was sent stands in it again, also when nobody knows it. */
function Pick({ name, label, value, options }: PickField) {
  const isKnown = options.some(([of]) => of === value);
  return (
    <label>
      <span>{label}</span>
      <select name={name}>
        {[...(isKnown ? [] : [[value, value] as const]), ...options].map(([of, words]) => (
          <option key={of} value={of} selected={of === value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function WhichIncident({ page, busy }: Asked) {
  const root = useRoot();
  const { incidents, incident } = page;
  return (
    <form class="action" method="get" action={`${root}rehearse`} onSubmit={busy.onAsk}>
      <input type="hidden" name="show" value="what-if" />
      <p class="quiet">
        An incident again, with what people did then, under the policy and the people of today: who would have been told
        when?
      </p>
      <label>
        <span>Incident</span>
        <input
          type="text"
          name="incident"
          list="incidents"
          required
          defaultValue={incident}
          placeholder="INC-2026-12-07-001"
          autocomplete="off"
          maxLength={60}
        />
        <datalist id="incidents">
          {incidents.map(({ id, severity, title }) => (
            <option key={id} value={id}>
              {`${severity} ${title}`}
            </option>
          ))}
        </datalist>
      </label>
      <button type="submit" class="primary" aria-disabled={busy.isBusy}>
        {busy.isBusy ? 'Comparing ...' : 'Compare'}
      </button>
      {incident === '' && (
        <ul class="rows">
          {incidents.length === 0 && <li>No incident is closed yet.</li>}
          {incidents.map(({ id, severity, title }) => (
            <li key={id}>
              <a href={`${root}rehearse?show=what-if&incident=${id}`} onClick={busy.onAsk}>
                {severity} {title}
              </a>{' '}
              <span class="quiet">{id}</span>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
