/**
 * Owns what people do to an incident on its page besides acknowledging, the most usual first: each
 * command behind words of its own. Every form works without a script.
 */
import type { IncidentPage } from '../contracts/page-view';
import { isUnmetStatus, responseKind } from '../contracts/deadline-kinds';
import { CommandForm } from './command-form';
import { Choice, Fold, Line, Lines, PersonField } from './fields';
import { isOver } from './giving';
import { Ends, LevelAndStatus, Roles, Services, Words, type OnIncident } from './incident-facts';
import { Time } from './times';

export function IncidentActs({ page }: { readonly page: IncidentPage }) {
  const on: OnIncident = { page, process: page.incident };
  if (isOver(page.incident)) return null;
  const isOpen = page.incident.status !== 'resolved';
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">Act</h2>
      <div class="acts">
        <Update {...on} />
        {isOpen && <Escalate {...on} />}
        {isOpen && <HandOff {...on} />}
        {isOpen ? <Resolve {...on} /> : <Reopen {...on} />}
        <Snooze {...on} />
        {isOpen && <LevelAndStatus {...on} />}
        <Roles {...on} />
        <Services {...on} />
        <Words {...on} />
        <Ends {...on} />
      </div>
    </section>
  );
}

function Update(on: OnIncident) {
  const { updatesReach, nextUpdateDueAt } = on.process;
  return (
    <Fold words="Update">
      <CommandForm {...on} name="post-update" words="Send the update" done="Sent.">
        <Lines name="text" label="What is new" required />
        <Choice
          name="audience"
          label="For"
          value="internal"
          options={[
            { value: 'internal', words: `us: ${namesOrNobody(updatesReach?.internal)}` },
            { value: 'public', words: `everybody: ${namesOrNobody(updatesReach?.public)}` },
          ]}
        />
        <Line name="nextUpdateAt" label="The next one comes (if you promise it)" placeholder="30m, or 18:30" />
        {nextUpdateDueAt !== null && (
          <p>
            An update is due by <Time of={nextUpdateDueAt} clock={on.page} />; this one counts for it, and the next is
            due from then on.
          </p>
        )}
      </CommandForm>
    </Fold>
  );
}

function namesOrNobody(audiences: readonly string[] = []): string {
  return audiences.length === 0 ? 'the page and the timeline only' : audiences.join(', ');
}

function Escalate(on: OnIncident) {
  const response = on.process.deadlines.find(({ kind }) => kind === responseKind);
  const then = response?.next?.recipients.map(({ name }) => name).join(', ');
  return (
    <Fold words="Escalate">
      <CommandForm {...on} name="escalate" words="Page them now" done="Paged. The timeline says whom it reached.">
        <Line
          name="to"
          label="Whom"
          placeholder="ana, on-call:payments, engineering-manager"
          hint={`Empty: who comes next for the response${then === undefined ? '' : `, ${then}`}. Else people, roles, teams or schedules.`}
        />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function HandOff(on: OnIncident) {
  return (
    <Fold words="Hand off">
      <CommandForm
        {...on}
        name="hand-off"
        words="Ask them to take it"
        done="They are paged. You have it until they acknowledge."
      >
        <PersonField people={on.page.choices.people} name="to" label="To" none="whoever is on call now" />
        <Lines name="note" label="What they have to know" rows={2} />
      </CommandForm>
    </Fold>
  );
}

function Resolve(on: OnIncident) {
  return (
    <Fold words="Resolve">
      <CommandForm {...on} name="resolve" words="The service is restored">
        <Lines name="summary" label="How it was resolved" />
      </CommandForm>
    </Fold>
  );
}

function Reopen(on: OnIncident) {
  return (
    <Fold words="Reopen">
      <CommandForm {...on} name="reopen" words="It was not over">
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function Snooze(on: OnIncident) {
  // The response waits for nobody: it is acknowledged, or escalated.
  const running = on.process.deadlines.filter(
    ({ kind, status, over }) => kind !== responseKind && isUnmetStatus(status) && over !== true,
  );
  if (running.length === 0) return null;
  return (
    <Fold words="Snooze">
      <CommandForm {...on} name="snooze" words="Let it wait">
        <Choice
          name="deadline"
          label="What"
          required
          value={running[0]!.id}
          options={running.map(({ id, name }) => ({ value: id, words: name }))}
        />
        <Line name="until" label="Until" required value="15m" hint="A length from now, or a time such as 18:30." />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}
