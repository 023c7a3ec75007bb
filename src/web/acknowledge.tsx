/**
 * Owns the one button that a person who was woken needs. It is a form, so that it works before the
 * script of the page has come, and without any.
 */
import { useState } from 'preact/hooks';
import type { Recipient } from '../contracts/deadline-view';
import type { IncidentPage } from '../contracts/page-view';
import { useActing, useRoot, type Outcome } from './around';
import { Sentence } from './times';

export function Acknowledge({ page }: { readonly page: IncidentPage }) {
  const { acknowledge, incident, people, formKey } = page;
  const root = useRoot();
  const acting = useActing();
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<Outcome>();
  const give = async (key: string) => {
    setBusy(true);
    setOutcome(await acting?.send({ path: `v1/incidents/${incident.id}/acknowledge`, body: {}, key }));
    setBusy(false);
  };
  const isMine = outcome?.ok === true && incident.hasIt !== null;
  return (
    <>
      {acknowledge?.may === false && <p class="refused">You cannot acknowledge: {acknowledge.because}.</p>}
      {acknowledge?.may === true && (
        <form
          class="act"
          method="post"
          action={`${root}incidents/${incident.id}/acknowledge`}
          onSubmit={(event) => {
            if (acting === null) return;
            event.preventDefault();
            if (!isBusy) void give(formKey);
          }}
        >
          <input type="hidden" name="key" value={formKey} />
          <WhoAnswers people={people} />
          <button type="submit" aria-disabled={isBusy}>
            {isBusy ? 'Acknowledging ...' : 'Acknowledge'}
          </button>
        </form>
      )}
      <div role="status">
        {isMine && <p class="done">Acknowledged. Not yours? Hand it off below.</p>}
        {outcome?.ok === false && (
          <p class="refused">
            <strong>Not done:</strong> <Sentence text={outcome.because} clock={page} />
          </p>
        )}
      </div>
    </>
  );
}

// Where nobody has to sign in, nobody but the reader knows who acts.
function WhoAnswers({ people }: { readonly people: readonly Recipient[] | null }) {
  const acting = useActing();
  if (people === null) return null;
  return (
    <label>
      You are
      <select
        name="actor"
        required
        value={acting?.me}
        onChange={({ currentTarget }) => acting?.setMe(currentTarget.value)}
      >
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
