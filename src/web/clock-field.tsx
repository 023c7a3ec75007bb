/** Owns the field for an instant: a wall-clock time in the zone of the calendar. */
import { clockIn } from '../contracts/clock-time';

interface Asked {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly required?: boolean;
  /** Such as `2026-12-24T23:30`. */
  readonly value?: string;
}

export function ClockField({ name, label, hint, required, value }: Asked) {
  return (
    <label>
      <span>{label}</span>
      <input type="datetime-local" name={name} required={required} defaultValue={value} />
      {hint && <small>{hint}</small>}
    </label>
  );
}

/** `at` (epoch ms) as the field has it. */
export function clockFieldText(zone: string, at: number): string {
  const { date, time } = clockIn(zone, at);
  return `${date}T${time}`;
}
