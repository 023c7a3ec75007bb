/**
 * Owns what people do to an incident on its page besides acknowledging: each command behind words
 * of its own, and only those that the reader may give. It needs a script.
 */
import type { ComponentChildren } from 'preact';
import type { CommandBody, CommandName } from '../contracts/command-table';
import type { IncidentPage } from '../contracts/page-view';
import { isUnmetStatus } from '../contracts/deadline-kinds';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { Choice, Fold, Line, Lines, PersonField, textOf, Tick } from './fields';
import { Time } from './times';

interface Shown {
  readonly page: IncidentPage;
}

/** What can be done, the most usual first. */
export function IncidentActs({ page }: Shown) {
  const acting = useActing();
  const { status, id, ended } = page.incident;
  if (isDone(status) || ended !== undefined) return null;
  if (acting === null)
    return (
      <p class="quiet">
        Without a script, on a command line: <code>muster update {id}</code>, <code>muster resolve {id}</code> ...
      </p>
    );
  const isOpen = status !== 'resolved';
  return (
    <section aria-labelledby="acts">
      <h2 id="acts">Act</h2>
      <div class="acts">
        <Update page={page} />
        {isOpen && <Escalate page={page} />}
        {isOpen && <HandOff page={page} />}
        {isOpen ? <Resolve page={page} /> : <Reopen page={page} />}
        <Snooze page={page} />
        {isOpen && <StatusAndLevel page={page} />}
        <Roles page={page} />
        <Services page={page} />
        <Words page={page} />
        <Ends page={page} />
      </div>
    </section>
  );
}

function isDone(status: string): boolean {
  return ['closed', 'cancelled', 'merged'].includes(status);
}

interface Command<N extends CommandName> extends Shown {
  readonly name: N;
  readonly words: string;
  readonly body: (fields: FormData) => CommandBody<N>;
  readonly done?: string;
  readonly children?: ComponentChildren;
}

/** A form that gives command `name` to the incident; why not, where the reader may not. */
function CommandForm<N extends CommandName>({ page, name, words, body, done, children }: Command<N>) {
  const refusal = page.rights[name];
  if (refusal !== null)
    return refusal === undefined ? null : (
      <p class="quiet">
        {words}: {refusal}.
      </p>
    );
  return (
    <ActionForm
      page={page}
      words={words}
      request={(fields) => ({ path: `v1/incidents/${page.incident.id}/${name}`, body: body(fields) })}
      {...(done === undefined ? {} : { done: () => done })}
    >
      {children}
    </ActionForm>
  );
}

function Update({ page }: Shown) {
  const { updatesReach, nextUpdateDueAt } = page.incident;
  return (
    <Fold words="Update">
      <CommandForm
        page={page}
        name="post-update"
        words="Send the update"
        done="Sent."
        body={(fields) => ({
          text: textOf(fields, 'text') ?? '',
          ...(fields.get('audience') === 'public' ? { audience: 'public' as const } : {}),
          ...given({ nextUpdateAt: textOf(fields, 'next') }),
        })}
      >
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
        <Line name="next" label="The next one comes (if you promise it)" placeholder="30m, or 18:30" />
        {nextUpdateDueAt !== null && (
          <p>
            An update is due by <Time of={nextUpdateDueAt} clock={page} />; this one counts for it, and the next is due
            from then on.
          </p>
        )}
      </CommandForm>
    </Fold>
  );
}

function namesOrNobody(audiences: readonly string[] = []): string {
  return audiences.length === 0 ? 'the page and the timeline only' : audiences.join(', ');
}

function Escalate({ page }: Shown) {
  const response = page.incident.deadlines.find(({ next, status }) => next !== null && isUnmetStatus(status));
  const then = response?.next?.recipients.map(({ name }) => name).join(', ');
  return (
    <Fold words="Escalate">
      <CommandForm
        page={page}
        name="escalate"
        words="Page them now"
        done="Paged. The list above says whom it reached."
        body={(fields) => ({ reason: textOf(fields, 'reason') ?? '', ...given({ to: someOf(textOf(fields, 'to')) }) })}
      >
        <Line
          name="to"
          label="Whom"
          placeholder="ana, on-call:payments, engineering-manager"
          hint={then ? `Empty: who is next on the ladder, ${then}.` : 'People, roles, teams or schedules.'}
        />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function HandOff({ page }: Shown) {
  return (
    <Fold words="Hand off">
      <CommandForm
        page={page}
        name="hand-off"
        words="Ask them to take it"
        done="They are paged. You have it until they acknowledge."
        body={(fields) => ({ ...given({ to: textOf(fields, 'to') }), ...given({ note: textOf(fields, 'note') }) })}
      >
        <PersonField people={page.choices.people} name="to" label="To" none="whoever is on call now" />
        <Lines name="note" label="What they have to know" rows={2} />
      </CommandForm>
    </Fold>
  );
}

function Resolve({ page }: Shown) {
  return (
    <Fold words="Resolve">
      <CommandForm
        page={page}
        name="resolve"
        words="The service is restored"
        body={(fields) => given({ summary: textOf(fields, 'summary') })}
      >
        <Lines name="summary" label="How it was resolved" />
      </CommandForm>
    </Fold>
  );
}

function Reopen({ page }: Shown) {
  return (
    <Fold words="Reopen">
      <CommandForm
        page={page}
        name="reopen"
        words="It was not over"
        body={(fields) => ({ reason: textOf(fields, 'reason') ?? '' })}
      >
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function Snooze({ page }: Shown) {
  const running = page.incident.deadlines.filter(({ status, over }) => isUnmetStatus(status) && over !== true);
  if (running.length === 0) return null;
  return (
    <Fold words="Snooze">
      <CommandForm
        page={page}
        name="snooze"
        words="Let it wait"
        body={(fields) => ({
          deadline: textOf(fields, 'deadline') ?? '',
          until: textOf(fields, 'until') ?? '',
          reason: textOf(fields, 'reason') ?? '',
        })}
      >
        <Choice
          name="deadline"
          label="What"
          required
          value={running[0]!.id}
          options={running.map(({ id, name }) => ({ value: id, words: name }))}
        />
        <Line name="until" label="Until" required value="30m" hint="A length from now, or a time such as 18:30." />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

const statuses = ['investigating', 'identified', 'monitoring'] as const;

function StatusAndLevel({ page }: Shown) {
  const { status, severity, levels } = page.incident;
  return (
    <Fold words="Status, level">
      <CommandForm
        page={page}
        name="set-status"
        words="Set the status"
        body={(fields) => ({
          status: statuses.find((one) => one === fields.get('status')) ?? 'investigating',
          ...given({ note: textOf(fields, 'note') }),
        })}
      >
        <Choice
          name="status"
          label="Status"
          value={status}
          options={statuses.map((one) => ({ value: one, words: one }))}
        />
        <Line name="note" label="A note" max={4000} />
      </CommandForm>
      <CommandForm
        page={page}
        name="set-severity"
        words="Change the level"
        done="Changed. What is due moved with it."
        body={(fields) => ({
          severity: textOf(fields, 'severity') ?? severity,
          reason: textOf(fields, 'reason') ?? '',
        })}
      >
        <Choice
          name="severity"
          label="Level"
          value={severity}
          options={levels.map((level) => ({ value: level, words: level }))}
        />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function Roles({ page }: Shown) {
  return (
    <Fold words="Roles">
      <CommandForm
        page={page}
        name="assign-role"
        words="Give the role"
        body={(fields) => ({ role: textOf(fields, 'role') ?? '', person: textOf(fields, 'person') ?? null })}
      >
        <Choice
          name="role"
          label="Role"
          required
          value={page.choices.roles[0]!}
          options={page.choices.roles.map((role) => ({ value: role, words: role }))}
        />
        <PersonField people={page.choices.people} name="person" label="Person" none="nobody" />
      </CommandForm>
    </Fold>
  );
}

function Services({ page }: Shown) {
  const { services, customerFacing } = page.incident;
  const others = page.choices.services.filter((service) => !services.includes(service));
  return (
    <Fold words="Services, impact">
      <CommandForm
        page={page}
        name="record-impact"
        words="Record the impact"
        body={(fields) => ({
          ...given({ addServices: someOf(textOf(fields, 'add')) }),
          ...given({ removeServices: someOf(textOf(fields, 'remove')) }),
          ...(customerFacing === (fields.get('customers') !== null) ? {} : { customerFacing: !customerFacing }),
          ...given({ usersAffected: textOf(fields, 'users') }),
          ...given({ description: textOf(fields, 'description') }),
        })}
      >
        <Choice name="add" label="Affected too" options={others.map((one) => ({ value: one, words: one }))} />
        <Choice
          name="remove"
          label="Not affected, after all"
          options={services.map((one) => ({ value: one, words: one }))}
        />
        <Tick name="customers" label="Customers notice it" isSet={customerFacing} />
        <Line name="users" label="How many users" placeholder="1,200, or 30 %" />
        <Lines name="description" label="What users see" rows={2} />
      </CommandForm>
    </Fold>
  );
}

const relations = [
  'ticket',
  'runbook',
  'dashboard',
  'conference',
  'caused-by',
  'duplicate-of',
  'rolled-back-by',
  'other',
] as const;

function Words({ page }: Shown) {
  return (
    <Fold words="Comment, link">
      <CommandForm
        page={page}
        name="comment"
        words="Comment"
        body={(fields) => ({ text: textOf(fields, 'text') ?? '' })}
      >
        <Lines name="text" label="On the timeline" required />
      </CommandForm>
      <CommandForm
        page={page}
        name="link"
        words="Link it"
        body={(fields) => ({
          to: textOf(fields, 'to') ?? '',
          relation: relations.find((one) => one === fields.get('relation')) ?? 'other',
          ...given({ title: textOf(fields, 'title') }),
        })}
      >
        <Line name="to" label="Address, or the id of an incident or a release" required />
        <Choice
          name="relation"
          label="It is"
          value="ticket"
          options={relations.map((one) => ({ value: one, words: one }))}
        />
        <Line name="title" label="Words for it" />
      </CommandForm>
      <CommandForm
        page={page}
        name="set-title"
        words="Change the title"
        body={(fields) => ({ title: textOf(fields, 'title') ?? '' })}
      >
        <Line name="title" label="Title" required value={page.incident.title} />
      </CommandForm>
    </Fold>
  );
}

function Ends({ page }: Shown) {
  const isResolved = page.incident.status === 'resolved';
  return (
    <Fold words={isResolved ? 'Close' : 'Merge, cancel'}>
      {isResolved && (
        <CommandForm
          page={page}
          name="close"
          words="Close it"
          body={(fields) => given({ skipRest: textOf(fields, 'skip') })}
        >
          <Line
            name="skip"
            label="Why what is open is skipped"
            hint={`${page.incident.openItems} required items are open. Empty: it is refused while there are any.`}
            max={4000}
          />
        </CommandForm>
      )}
      <CommandForm page={page} name="merge" words="Merge" body={(fields) => ({ into: textOf(fields, 'into') ?? '' })}>
        <Line name="into" label="Into the incident that stays" required placeholder="INC-..." />
      </CommandForm>
      <CommandForm
        page={page}
        name="cancel"
        words="Call it off"
        body={(fields) => ({ reason: textOf(fields, 'reason') ?? '' })}
      >
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}

function someOf(text: string | undefined): string[] | undefined {
  return text?.split(/[,\s]+/).filter((one) => one !== '');
}
