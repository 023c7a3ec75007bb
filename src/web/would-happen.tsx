/** Owns what a rehearsal says: how it comes out, what surprises, and the agenda in two pictures. */
import type { ShownRehearsal } from '../contracts/rehearse-page';
import { Agenda } from './agenda-list';
import { outcomeOf, plus, surprisesIn } from './agenda-moments';
import { DayTime } from './day-words';
import { namesOf } from './deadlines';
import { GlanceLegend, GlancePicture } from './glance-picture';
import { Sentence, type Clock } from './times';

/** What would happen, from the figures to each moment. */
export function WouldHappen({ rehearsal, clock }: { readonly rehearsal: ShownRehearsal; readonly clock: Clock }) {
  const { severity, services, at, template, agenda } = rehearsal;
  const surprises = surprisesIn(rehearsal);
  return (
    <section aria-labelledby="would" class="would">
      <h2 id="would">
        {severity} {services.length > 0 && `about ${services.join(', ')}`}, declared <DayTime of={at} clock={clock} />
      </h2>
      <p class="quiet">
        by {template.name} {template.version}
      </p>
      <Figures rehearsal={rehearsal} />
      {surprises.length > 0 && (
        <aside class="surprises" aria-labelledby="surprises">
          <h3 id="surprises">Worth a second look</h3>
          <ul>
            {surprises.map((sentence) => (
              <li key={sentence}>
                <Sentence text={sentence} clock={clock} />
              </li>
            ))}
          </ul>
        </aside>
      )}
      <h3>At a glance</h3>
      <GlanceLegend />
      <GlancePicture agenda={agenda} />
      <h3>Moment by moment</h3>
      <Agenda agenda={agenda} clock={clock} />
      <p>
        <strong>{ending[rehearsal.ends]}</strong>
      </p>
    </section>
  );
}

const ending: Readonly<Record<ShownRehearsal['ends'], string>> = {
  over: 'The incident is over.',
  quiet: 'Nothing more happens by itself.',
  repeating: 'From here on the last of this is told again and again, until somebody acts.',
  horizon: 'The rehearsal looks no further.',
  limit: 'The rehearsal stops here: it has taken too many steps.',
};

/** How it came out, in figures big enough to read from across a room. */
function Figures({ rehearsal }: { readonly rehearsal: ShownRehearsal }) {
  const { first, answered, people, missed } = outcomeOf(rehearsal);
  return (
    <dl class="figures">
      <div>
        <dt>First told</dt>
        <dd>
          {first === null ? <span class="missed">nobody</span> : plus(first.after)}
          {first && <small>{namesOf(first.names.map((name) => ({ person: name, name })))}</small>}
        </dd>
      </div>
      <div>
        <dt>Answered</dt>
        <dd>
          {answered === null ? <span class="missed">never</span> : plus(answered.after)}
          {answered && <small>{answered.late > 0 ? 'too late' : 'in time'}</small>}
        </dd>
      </div>
      <div>
        <dt>Pages</dt>
        <dd>
          {rehearsal.paged}
          <small>
            to {people} {people === 1 ? 'person' : 'people'}
          </small>
        </dd>
      </div>
      <div>
        <dt>Deadlines missed</dt>
        <dd>
          {missed.length}
          <small>{missed.join(', ') || 'none'}</small>
        </dd>
      </div>
    </dl>
  );
}
