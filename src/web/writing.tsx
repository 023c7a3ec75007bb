/** Owns the ways to write to the timeline of a process: a comment, a link. */
import { commandTable } from '../contracts/command-table';
import { useActing } from './around';
import { CommandForm, type Commanded } from './command-form';
import { Choice, Fold, Line, Lines, sameWords } from './fields';
import { mayGive, type Governed } from './giving';

export function Writing(governed: Governed) {
  const acting = useActing();
  if (acting === null) return null;
  return (
    <>
      {mayGive(governed, 'comment') && (
        <Fold words="Write a comment">
          <CommentForm {...governed} />
        </Fold>
      )}
      {mayGive(governed, 'link') && (
        <Fold words="Add a link">
          <LinkForm {...governed} />
        </Fold>
      )}
    </>
  );
}

export function CommentForm(on: Commanded) {
  return (
    <CommandForm {...on} name="comment" words="Comment">
      <Lines name="text" label="Comment, on the timeline" required />
    </CommandForm>
  );
}

export function LinkForm(on: Commanded) {
  return (
    <CommandForm {...on} name="link" words="Add link">
      <Line name="to" label="Where it leads" hint="a web address, or the id of an incident or release" required />
      <Choice
        name="relation"
        label="What it is"
        required
        options={commandTable.link.fields.relation.values.map(sameWords)}
      />
      <Line name="title" label="Words to show" />
    </CommandForm>
  );
}
