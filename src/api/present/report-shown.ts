/**
 * Owns how a report is made for people: names by the directory of this moment, times on the clock
 * of the calendar. Decides nothing of what the report says.
 */
import { clockIn } from '../../contracts/clock-time';
import { showInstants } from '../../contracts/instant-text';
import { nameOf, reportOf, type Account, type Directory, type ReportClock, type ReportView } from '../../domain';

/** The report of `account`, with people by name. `full`: each event of the timeline. */
export function shownReport({ facts, timeline }: Account, { people }: Directory, full: boolean): ReportView {
  return reportOf(facts, timeline, { full, nameOf: (id) => nameOf(id, people) });
}

/** The clock of reports, in `zone`. */
export function reportClock(zone: string): ReportClock {
  const at = (instant: string) => clockIn(zone, Date.parse(instant));
  const written = (instant: string) => {
    const { date, time } = at(instant);
    return `${date} ${time}`;
  };
  return { zone, at, sentence: (text) => showInstants(text, written) };
}
