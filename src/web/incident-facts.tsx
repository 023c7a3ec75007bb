/**
 * Owns the forms that say what an incident is, who does what in it, what it is about, and how else
 * it ends.
 */
import type { IncidentPage } from '../contracts/page-view';
import { unresolvedStatuses } from '../contracts/statuses';
import { CommandForm, type Commanded } from './command-form';
import { Choice, Fold, Line, Lines, PersonField, sameWords, Tick } from './fields';
import { CommentForm, LinkForm } from './writing';

/** An incident, as the forms of its page need it. */
export interface OnIncident extends Commanded {
  readonly page: IncidentPage;
}

export function LevelAndStatus(on: OnIncident) {
  const { status, severity, levels } = on.process;
  return (
    <Fold words="Level, status">
      <CommandForm {...on} name="set-severity" words="Change the level" done="Changed. What is due moved with it.">
        <Choice name="severity" label="Level" value={severity} options={levels.map(sameWords)} />
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
      <CommandForm {...on} name="set-status" words="Set the status">
        <Choice name="status" label="Status" value={status} options={unresolvedStatuses.map(sameWords)} />
        <Line name="note" label="A note" max={4000} />
      </CommandForm>
    </Fold>
  );
}

export function Roles(on: OnIncident) {
  const { roles, people } = on.page.choices;
  return (
    <Fold words="Roles">
      <CommandForm {...on} name="assign-role" words="Give the role">
        <Choice name="role" label="Role" required value={roles[0]!} options={roles.map(sameWords)} />
        <PersonField people={people} name="person" label="Person" none="nobody" />
      </CommandForm>
    </Fold>
  );
}

export function Services(on: OnIncident) {
  const { services, customerFacing } = on.process;
  const others = on.page.choices.services.filter((service) => !services.includes(service));
  return (
    <Fold words="Services, impact">
      <CommandForm {...on} name="record-impact" words="Record the impact">
        <Choice name="addServices" label="Affected too" options={others.map(sameWords)} />
        <Choice name="removeServices" label="Not affected, after all" options={services.map(sameWords)} />
        <Tick
          name="customerFacing"
          label={customerFacing ? 'Customers do not notice it, after all' : 'Customers notice it'}
          value={String(!customerFacing)}
        />
        <Line name="usersAffected" label="How many users" placeholder="1,200, or 30 %" />
        <Lines name="description" label="What users see" rows={2} />
      </CommandForm>
    </Fold>
  );
}

export function Words(on: OnIncident) {
  return (
    <Fold words="Comment, link">
      <CommentForm {...on} />
      <LinkForm {...on} />
      <CommandForm {...on} name="set-title" words="Change the title">
        <Line name="title" label="Title" required value={on.process.title} />
      </CommandForm>
    </Fold>
  );
}

export function Ends(on: OnIncident) {
  const { status, openItems } = on.process;
  const isResolved = status === 'resolved';
  return (
    <Fold words={isResolved ? 'Close' : 'Merge, cancel'}>
      {isResolved && (
        <CommandForm {...on} name="close" words="Close it">
          <Line
            name="skipRest"
            label="Why what is open is skipped"
            hint={`${openItems} required items are open. Empty: it is refused while there are any.`}
            max={4000}
          />
        </CommandForm>
      )}
      <CommandForm {...on} name="merge" words="Merge">
        <Line name="into" label="Into the incident that stays" required placeholder="INC-..." />
      </CommandForm>
      <CommandForm {...on} name="cancel" words="Call it off">
        <Line name="reason" label="Why" required max={4000} />
      </CommandForm>
    </Fold>
  );
}
