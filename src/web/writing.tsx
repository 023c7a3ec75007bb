/** Owns the ways to write to the timeline of a process: a comment, a link. */
import { commandTable, type CommandBody } from '../contracts/command-table';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { Choice, Fold, Line, Lines, textOf } from './fields';
import { commandTo, mayGive, type Governed } from './giving';

export function Writing(governed: Governed) {
  const { page, process } = governed;
  const acting = useActing();
  if (acting === null) return null;
  return (
    <>
      {mayGive(governed, 'comment') && (
        <Fold words="Write a comment">
          <ActionForm
            page={page}
            words="Write it"
            request={(fields) => commandTo(process, 'comment', { text: textOf(fields, 'text') ?? '' })}
          >
            <Lines name="text" label="Comment" required />
          </ActionForm>
        </Fold>
      )}
      {mayGive(governed, 'link') && (
        <Fold words="Add a link">
          <ActionForm
            page={page}
            words="Add it"
            request={(fields) =>
              commandTo(process, 'link', {
                to: textOf(fields, 'to') ?? '',
                relation: relations.find((one) => one === fields.get('relation')) ?? 'other',
                ...given({ title: textOf(fields, 'title') }),
              })
            }
          >
            <Line name="to" label="Where it leads" hint="a web address, or the id of an incident or release" required />
            <Choice
              name="relation"
              label="What it is"
              required
              options={relations.map((value) => ({ value, words: value }))}
            />
            <Line name="title" label="Words to show" />
          </ActionForm>
        </Fold>
      )}
    </>
  );
}

const relations: readonly CommandBody<'link'>['relation'][] = commandTable.link.fields.relation.values;
