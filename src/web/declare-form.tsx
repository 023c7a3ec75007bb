/**
 * Owns the form that declares an incident: its title, level and services, and which open ones may
 * be the same, while somebody types. Everything else is said on the page of the incident.
 */
import { useState } from 'preact/hooks';
import type { CommandBody } from '../contracts/command-table';
import type { NowPage, OpenRow } from '../contracts/page-view';
import { given } from '../given';
import { ActionForm } from './action-form';
import { useActing } from './around';
import { Choice, Fold, Line, Lines, textOf } from './fields';
import { ProcessLink } from './links';

/** More services than this are chosen by name. */
const mostTicks = 12;
const mostSame = 3;

export function Declare({ page }: { readonly page: NowPage }) {
  const acting = useActing();
  const [title, setTitle] = useState('');
  const [services, setServices] = useState<readonly string[]>([]);
  if (page.mayDeclare !== null) return <p class="quiet">You cannot declare an incident: {page.mayDeclare}.</p>;
  if (acting === null)
    return (
      <p class="quiet">
        Without a script, on a command line: <code>muster declare "Checkout is down" --severity P0</code>
      </p>
    );
  const same = possiblySame(page.incidents, title, services);
  return (
    <div class="declare">
      <Fold words="Declare an incident">
        <ActionForm
          page={page}
          words="Declare: the clocks start now"
          look="loud"
          request={(fields) => ({ path: 'v1/incidents', body: bodyOf(fields) })}
          done={(body) => `Declared as ${idIn(body)}.`}
          onDone={(body) => acting.open(`incidents/${idIn(body)}`)}
        >
          <Line name="title" label="What is wrong, in one line" required onInput={setTitle} />
          <Choice
            name="severity"
            label="Level"
            required
            options={page.levels.map((level) => ({ value: level, words: level }))}
          />
          <ServicesField page={page} onServices={setServices} />
          <Lines name="description" label="What is known (may come later)" rows={2} />
          <div role="status">
            {same.length > 0 && (
              <div class="refused">
                Maybe it is open already:
                <ul>
                  {same.map(({ id, severity, title: name }) => (
                    <li key={id}>
                      <ProcessLink id={id}>
                        {severity} {name}
                      </ProcessLink>
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        </ActionForm>
      </Fold>
    </div>
  );
}

function ServicesField({ page, onServices }: { page: NowPage; onServices: (services: readonly string[]) => void }) {
  const { services } = page.choices;
  if (services.length > mostTicks)
    return (
      <Line
        name="services"
        label="Services"
        hint="Names with commas between."
        placeholder={services.slice(0, 2).join(', ')}
        onInput={(text) => onServices(namesIn(text))}
      />
    );
  return (
    <fieldset
      onChange={({ currentTarget }) =>
        onServices([...currentTarget.querySelectorAll<HTMLInputElement>('input:checked')].map(({ value }) => value))
      }
    >
      <legend>Services</legend>
      <div class="ticks">
        {services.map((service) => (
          <label class="tick" key={service}>
            <input type="checkbox" name="services" value={service} /> {service}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function bodyOf(fields: FormData): CommandBody<'declare'> {
  const services = fields.getAll('services').flatMap((text) => (typeof text === 'string' ? namesIn(text) : []));
  return {
    title: textOf(fields, 'title') ?? '',
    severity: textOf(fields, 'severity') ?? '',
    ...given({ services: services.length === 0 ? undefined : services, description: textOf(fields, 'description') }),
  };
}

function namesIn(text: string): string[] {
  return text.split(/[,\s]+/).filter((name) => name !== '');
}

function idIn(body: unknown): string {
  return typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : '';
}

/**
 * Open incidents about one of the same services, or with two words of the title in common, the
 * likeliest first.
 */
export function possiblySame(open: readonly OpenRow[], title: string, services: readonly string[]): readonly OpenRow[] {
  const words = wordsOf(title);
  return open
    .map((row) => {
      const common = wordsOf(row.title).filter((word) => words.includes(word)).length;
      const isAbout = row.services.some((service) => services.includes(service));
      return { row, likeness: (common >= 2 ? common : 0) + (isAbout ? 2 : 0) };
    })
    .filter(({ row, likeness }) => likeness > 0 && row.status !== 'resolved')
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, mostSame)
    .map(({ row }) => row);
}

function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])];
}
