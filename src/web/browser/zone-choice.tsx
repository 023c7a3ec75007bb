/** Owns the choice in which zone the times of a page are shown; a tap on a time changes it too. */
import { useEffect } from 'preact/hooks';

interface Choice {
  readonly zone: string;
  /** The zone of the calendar. */
  readonly of: string;
  readonly onChoice: (zone: string) => void;
}

export function ZoneChoice({ zone, of, onChoice }: Choice) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zones = [...new Set([own, of, 'UTC', zone])];
  const next = zones[(zones.indexOf(zone) + 1) % zones.length] ?? own;
  useEffect(() => {
    const onClick = ({ target }: MouseEvent) => {
      const time = target instanceof Element && target.closest('a, button, summary, label, time');
      if (time && time.tagName === 'TIME') onChoice(next);
    };
    document.addEventListener('click', onClick);
    return () => document.removeEventListener('click', onClick);
  }, [next, onChoice]);
  return (
    <p>
      <label>
        Times are those of{' '}
        <select value={zone} onChange={({ currentTarget }) => onChoice(currentTarget.value)}>
          {zones.map((name) => (
            <option key={name} value={name}>
              {name}
              {name === of && name !== own ? ' (the calendar)' : ''}
            </option>
          ))}
        </select>
      </label>{' '}
      <span class="tap">A tap on a time shows all times in the next of these zones.</span>
    </p>
  );
}
