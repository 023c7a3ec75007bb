/** Owns what is left to do when the worst is over: the review, and the action items. */
import type { CommandBody } from '../contracts/command-table';
import type { Recipient } from '../contracts/deadline-view';
import type { Choices, Rights } from '../contracts/page-view';
import type { ProcessView } from '../contracts/process-view';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { Fold, Line, Lines, PersonField, textOf } from './fields';
import { FromNow, Time, type Clock } from './times';

interface Shown {
  readonly process: ProcessView;
  readonly page: Clock & {
    readonly rights: Rights;
    readonly choices: Choices;
    readonly people: readonly Recipient[] | null;
    readonly names: Readonly<Record<string, string>>;
  };
}

/** What was promised, who does it, by when. */
export function ActionItems({ process, page }: Shown) {
  const { actionItems } = process;
  const acting = useActing();
  const mayAdd = page.rights['add-action-item'] === null && acting !== null && !isOver(process);
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
          <ActionForm
            page={page}
            words="Promise it"
            request={(fields) => ({
              path: `v1/${process.kind}s/${process.id}/add-action-item`,
              body: {
                title: textOf(fields, 'title') ?? '',
                owner: textOf(fields, 'owner') ?? '',
                dueAt: textOf(fields, 'due') ?? '',
              } satisfies CommandBody<'add-action-item'>,
            })}
          >
            <Line name="title" label="What is to be done" required />
            <PersonField people={page.choices.people} name="owner" label="Who does it" />
            <Line name="due" label="By when" required hint="A date, or a length from now such as 7d." />
          </ActionForm>
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
        <ActionForm
          page={page}
          words="It is done"
          request={() => ({
            path: `v1/${process.kind}s/${process.id}/complete-action-item`,
            body: { actionItem: id } satisfies CommandBody<'complete-action-item'>,
          })}
        />
      )}
    </article>
  );
}

/** The review, and the form that writes it. */
export function Review({ process, page }: Shown) {
  const { review, status } = process;
  const acting = useActing();
  const mayWrite = page.rights['write-review'] === null && acting !== null && status === 'resolved';
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
          <ActionForm
            page={page}
            words="Keep the review"
            done={() => 'Kept. It stands in the report.'}
            request={(fields) => ({
              path: `v1/${process.kind}s/${process.id}/write-review`,
              body: {
                ...given({
                  rootCause: textOf(fields, 'cause'),
                  resolution: textOf(fields, 'resolution'),
                  wentWell: linesIn(textOf(fields, 'well')),
                  couldImprove: linesIn(textOf(fields, 'better')),
                }),
              } satisfies CommandBody<'write-review'>,
            })}
          >
            <Lines name="cause" label="Root cause" value={review?.rootCause} />
            <Lines name="resolution" label="How it was resolved" value={review?.resolution} />
            <Lines name="well" label="What went well, a line for each" value={review?.wentWell?.join('\n')} />
            <Lines
              name="better"
              label="What could be better, a line for each"
              value={review?.couldImprove?.join('\n')}
            />
          </ActionForm>
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

function linesIn(text: string | undefined): string[] | undefined {
  return text?.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

function isOver({ status, ended }: ProcessView): boolean {
  return ended !== undefined || ['closed', 'cancelled', 'merged', 'rolled-back'].includes(status);
}
