/** Owns what is left to do when the worst is over: the review, and the action items. */
import type { Choices } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { CommandForm, type Commanded } from './command-form';
import { Fold, Line, Lines, PersonField } from './fields';
import { mayGive } from './giving';
import { FromNow, Time } from './times';

interface Shown extends Commanded {
  readonly page: Commanded['page'] & { readonly choices: Choices };
}

/** What was promised, who does it, by when. */
export function ActionItems({ process, page }: Shown) {
  const { actionItems } = process;
  const mayAdd = mayGive({ page, process }, 'add-action-item');
  if (actionItems.length === 0 && !mayAdd) return null;
  return (
    <section aria-labelledby="action-items">
      <h2 id="action-items">Action items</h2>
      <ul class="rows">
        {actionItems.map((item) => (
          <li key={item.id}>
            <ActionItem item={item} process={process} page={page} />
          </li>
        ))}
      </ul>
      {mayAdd && (
        <Fold words="Promise something">
          <CommandForm page={page} process={process} name="add-action-item" words="Promise it">
            <Line name="title" label="What is to be done" required />
            <PersonField people={page.choices.people} name="owner" label="Who does it" />
            <Line name="dueAt" label="By when" required hint="A date, or a length from now such as 7d." />
          </CommandForm>
        </Fold>
      )}
    </section>
  );
}

function ActionItem({ item, process, page }: Shown & { readonly item: ProcessView['actionItems'][number] }) {
  const { id, title, owner, dueAt, doneAt, dropped, droppedAt } = item;
  const who = page.choices.people?.find(({ person }) => person === owner)?.name ?? page.names[owner] ?? owner;
  const isOpen = doneAt === undefined && droppedAt === undefined;
  return (
    <article>
      <p>
        {doneAt !== undefined && 'Done: '}
        {droppedAt !== undefined && 'Dropped: '}
        <strong>{title}</strong>
      </p>
      <p class="quiet">
        {who} ·{' '}
        {isOpen ? (
          <>
            due <Time of={dueAt} clock={page} />, <FromNow of={dueAt} clock={page} />
          </>
        ) : (
          <>
            <Time of={doneAt ?? droppedAt ?? dueAt} clock={page} />
            {dropped !== undefined && `: ${dropped}`}
          </>
        )}
      </p>
      {isOpen && page.rights['complete-action-item'] === null && (
        <CommandForm page={page} process={process} name="complete-action-item" words="It is done">
          <input type="hidden" name="actionItem" value={id} />
        </CommandForm>
      )}
    </article>
  );
}

/** The review, and the form that writes it. */
export function Review({ process, page }: Shown) {
  const { review, status } = process;
  const mayWrite = mayGive({ page, process }, 'write-review') && status === 'resolved';
  if (review === null && !mayWrite) return null;
  return (
    <section aria-labelledby="review">
      <h2 id="review">Review</h2>
      {review !== null && (
        <dl>
          <Part words="Root cause" text={review.rootCause} />
          <Part words="How it was resolved" text={review.resolution} />
          <Part words="What went well" text={review.wentWell?.join('\n')} />
          <Part words="What could be better" text={review.couldImprove?.join('\n')} />
        </dl>
      )}
      {mayWrite && (
        <Fold words={review === null ? 'Write the review' : 'Change the review'}>
          <CommandForm
            page={page}
            process={process}
            name="write-review"
            words="Keep the review"
            done="Kept. It stands in the report."
          >
            <Lines name="rootCause" label="Root cause" value={review?.rootCause} />
            <Lines name="resolution" label="How it was resolved" value={review?.resolution} />
            <Lines name="wentWell" label="What went well, a line for each" value={review?.wentWell?.join('\n')} />
            <Lines
              name="couldImprove"
              label="What could be better, a line for each"
              value={review?.couldImprove?.join('\n')}
            />
          </CommandForm>
        </Fold>
      )}
    </section>
  );
}

function Part({ words, text }: { readonly words: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <>
      <dt>{words}</dt>
      <dd class="said">{text}</dd>
    </>
  );
}
