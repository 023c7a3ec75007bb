/**
 * Owns how a page moves the target of a release: first what would move and what that meets, asked
 * of the rules, and only then the button that does it.
 */
import { useRef, useState } from 'preact/hooks';
import type { CommandBody } from '../contracts/command-table';
import type { MeetingView, ProcessView } from '../contracts/process-view';
import type { CommandAnswer, ReschedulePreviewView } from '../contracts/view';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { ClockField } from './clock-field';
import { Fold, Lines, textOf } from './fields';
import { commandTo, mayGive, type Governed } from './giving';
import { Time, type Clock } from './times';

interface Asked {
  readonly body: CommandBody<'reschedule'>;
  readonly preview: ReschedulePreviewView;
  /** Of the release, as the preview was made. */
  readonly revision: number;
}

export function Reschedule(governed: Governed) {
  const { page, process } = governed;
  const acting = useActing();
  const [asked, setAsked] = useState<Asked>();
  // What the fields go back to after an answer, and what the answer is about: an answer comes to
  // the form as it was when it was sent.
  const [wanted, setWanted] = useState<CommandBody<'reschedule'>>();
  const [isMoved, setMoved] = useState(false);
  const sent = useRef<CommandBody<'reschedule'>>(undefined);
  if (acting === null || !mayGive(governed, 'reschedule')) return null;
  const isOld = asked !== undefined && asked.revision < process.revision;
  return (
    <Fold words="Move the target">
      <ActionForm
        page={page}
        words="Show what would move"
        request={(fields) => {
          const body = { targetAt: textOf(fields, 'targetAt') ?? '', reason: textOf(fields, 'reason') ?? '' };
          sent.current = body;
          setWanted(body);
          setAsked(undefined);
          setMoved(false);
          return { ...commandTo(process, 'reschedule', { ...body, dryRun: true }), asksOnly: true };
        }}
        done={() => 'Nothing was moved yet.'}
        onDone={(answer) => {
          const { preview, revision } = answer as CommandAnswer;
          if (preview && sent.current) setAsked({ body: sent.current, preview, revision });
        }}
      >
        <ClockField
          name="targetAt"
          label="New target"
          hint={`on the clocks of ${page.zone}`}
          required
          {...(wanted === undefined ? {} : { value: wanted.targetAt })}
        />
        <Lines
          name="reason"
          label="Why it moves"
          required
          rows={2}
          {...(wanted === undefined ? {} : { value: wanted.reason })}
        />
      </ActionForm>
      {asked && !isOld && (
        <div class="raised">
          <Preview asked={asked} process={process} clock={page} />
          <ActionForm
            page={page}
            words="Move the target"
            request={() => commandTo(process, 'reschedule', asked.body)}
            onDone={() => {
              setAsked(undefined);
              setWanted(undefined);
              setMoved(true);
            }}
          />
        </div>
      )}
      <div role="status">
        {isOld && <p class="refused">The release has changed since: show once more what would move.</p>}
        {isMoved && <p class="done">The target was moved.</p>}
      </div>
    </Fold>
  );
}

interface Previewed {
  readonly asked: Asked;
  readonly process: ProcessView;
  readonly clock: Clock;
}

function Preview({ asked: { preview }, process, clock }: Previewed) {
  const { targetAt, moves, overdue, meets } = preview;
  const nameOf = (id: string) => process.deadlines.find((deadline) => deadline.id === id)?.name ?? id;
  return (
    <>
      <table class="moves">
        <caption>What would move</caption>
        <thead>
          <tr>
            <th scope="col">Deadline</th>
            <th scope="col">From</th>
            <th scope="col">To</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">target</th>
            <td>{process.targetAt !== undefined && <Time of={process.targetAt} clock={clock} />}</td>
            <td>
              <Time of={targetAt} clock={clock} />
            </td>
          </tr>
          {moves.map(({ deadline, from, to }) => (
            <tr key={deadline}>
              <th scope="row">{nameOf(deadline)}</th>
              <td>
                <Time of={from} clock={clock} />
              </td>
              <td>
                <Time of={to} clock={clock} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {overdue.length > 0 && <p class="missed">Overdue at once: {overdue.map(nameOf).join(', ')}.</p>}
      <Meets meets={meets} nameOf={nameOf} clock={clock} />
      {meets.length === 0 && <p>It meets no holiday, no weekend and no freeze.</p>}
    </>
  );
}

interface Met {
  readonly meets: readonly MeetingView[];
  readonly nameOf: (deadline: string) => string;
  readonly clock: Clock;
}

/** The days on which a target or a deadline should not be. */
export function Meets({ meets, nameOf, clock }: Met) {
  if (meets.length === 0) return null;
  return (
    <ul>
      {meets.map(({ date, why, text, deadline, freeAt }) => (
        <li key={`${deadline}/${why}/${date}/${text ?? ''}`}>
          {nameOf(deadline)} meets a {why}, {date}
          {text !== undefined && `: ${text}`}
          {freeAt !== undefined && (
            <>
              ; free again from <Time of={freeAt} clock={clock} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
