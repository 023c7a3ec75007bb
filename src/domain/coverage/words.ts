/** Owns the words of a finding: what is wrong and what to change where. Knows nothing of when. */
import { kindRules } from '../deadlines/kinds';
import { formatDuration, formatLength } from '../time/duration';
import type { Directory, Instant, RecipientRef } from '../model';
import { peopleOf, schedulesMeant, wordsOfSlot } from '../on-call/recipients';
import type { Cause, Subject } from './findings';

/**
 * Why nobody whom `refs` mean at `at` can be reached. `meant`: the people whom `refs` mean, if any;
 * none of them has a channel that works.
 */
export function causeOf(
  refs: readonly RecipientRef[],
  meant: readonly string[],
  directory: Directory,
  at: Instant,
): Cause {
  if (meant.length > 0)
    return {
      what: `${listed(meant)} cannot be reached over any channel`,
      change: `people.yaml: a channel that works under reach of ${listed(meant)}`,
    };
  const causes = refs
    .filter((ref) => peopleOf(ref, directory, at).length === 0)
    .map((ref) => causeOfRef(ref, directory));
  if (causes.length === 0)
    return { what: 'nobody is meant: no item of it has an owner', change: 'the template: name somebody on this rung' };
  return {
    what: [...new Set(causes.map(({ what }) => what))].join('; '),
    change: [...new Set(causes.map(({ change }) => change))].join('; '),
  };
}

function causeOfRef(ref: RecipientRef, directory: Directory): Cause {
  switch (ref.kind) {
    case 'name': {
      const schedules = schedulesMeant([ref], directory);
      if (schedules.length > 0) return nobodyOn(schedules);
      return {
        what: `nobody is called ${ref.name} or has that role`,
        change: `people.yaml: give somebody the role ${ref.name}`,
      };
    }
    case 'slot': {
      const words = wordsOfSlot(ref, directory);
      const schedules = words.filter((word) => Object.hasOwn(directory.schedules ?? {}, word));
      const strangers = words.filter((word) => !schedules.includes(word));
      const teams = [...new Set(ref.services.flatMap((id) => directory.services[id]?.team ?? []))];
      const whose = listed(teams.length > 0 ? teams : [directory.defaultTeam]);
      if (words.length === 0)
        return {
          what: `team ${whose} has no ${ref.slot}`,
          change: `services.yaml: ${ref.slot} of team ${whose}`,
        };
      if (schedules.length === 0)
        return {
          what: `${listed(strangers)}, ${ref.slot} of ${whose}, ${strangers.length === 1 ? 'is' : 'are'} not in people.yaml`,
          change: `services.yaml: ${ref.slot} of team ${whose}`,
        };
      return nobodyOn(schedules);
    }
    case 'process-role': {
      const last = ref.fallback.at(-1);
      const under = last && causeOfRef(last, directory);
      return {
        what: `nobody has the role ${ref.role}${under ? `, and ${under.what}` : ''}`,
        change: `people.yaml: give somebody the role ${ref.role}`,
      };
    }
    case 'approvers':
      return {
        what: `nobody can approve (${listed(ref.roles)})`,
        change: `people.yaml: give somebody a role of these; or services.yaml: approvers of the team`,
      };
  }
}

function nobodyOn(schedules: readonly string[]): Cause {
  return {
    what: `nobody is on call on ${listed(schedules)}`,
    change: `on-call.yaml: schedule ${listed(schedules)}; or let somebody stand in: muster oncall override add ${schedules[0]} PERSON`,
  };
}

/** A finding in words. */
export function findingWords(subject: Subject): Cause {
  switch (subject.kind) {
    case 'reaches-nobody':
      if (subject.whole || !subject.cause)
        return {
          what: 'NOBODY is reached by any rung of the ladder',
          change: 'what is said about its rungs; one of them must reach somebody',
        };
      return { what: `reaches nobody: ${subject.cause.what}`, change: subject.cause.change };
    case 'one-carries-two': {
      const { name, person } = subject;
      return {
        what: `${name} (${person}) alone carries two rungs: who does not answer the first will not answer the second`,
        change: 'on-call.yaml or services.yaml: different people on the two; or a second one on the later rung',
      };
    }
    case 'broken-reach': {
      const { name, person, broken } = subject;
      if (broken.length === 0)
        return {
          what: `${name} (${person}) has no channel and cannot be reached`,
          change: `people.yaml: ${person}: reach: [a channel of channels.yaml]`,
        };
      return {
        what: `${name} (${person}): ${broken.map(({ channel, problem }) => `${channel}: ${problem}`).join('; ')}`,
        change: `people.yaml: reach of ${person}`,
      };
    }
    case 'late-response': {
      const { severity, response, afterMs = 0, why, outside } = subject;
      const but = {
        'no-page': outside ? 'nobody is paged before the opening' : 'no rung pages anybody',
        'first-page': `the first page comes ${formatDuration(afterMs)} after the incident began`,
        chain: `the last to be called are called ${formatDuration(afterMs)} after it began`,
      }[why];
      if (why === 'chain')
        return {
          what: `${severity} promises an answer within ${formatLength(response)}, and ${outside ? 'outside working hours ' : ''}${but}`,
          change: 'nothing, if the people before them are enough; else an earlier `at` in ladders.response',
        };
      const change =
        why === 'no-page'
          ? 'a page in ladders.response'
          : 'an earlier `at` in ladders.response, or a longer `response` of the severity';
      return {
        what: `${severity} promises an answer within ${formatLength(response)}, and ${outside ? 'outside working hours ' : ''}${but}`,
        change: `the template: ${outside ? 'no `during: working-hours` on the pages of ladders.response that have to come in time' : change}`,
      };
    }
    case 'no-ladder':
      return {
        what: `nobody is told when ${kindRules[subject.ladder].one} is late: the template has no ladder for it`,
        change: `the template: ladders.${subject.ladder} says who is told, and when`,
      };
    case 'alerts-lead-nowhere':
      return { what: `${subject.of}: ${subject.cause.what}`, change: subject.cause.change };
    case 'always-frozen':
      return {
        what: `releases of ${listed(someOf(subject.services))} by ${subject.template} are frozen for 400 days and longer (${subject.freezes}): ${subject.barred === '' ? 'each needs an override' : `in ${subject.barred} nobody can deploy, for there is no \`allow\``}`,
        change: `freezes.yaml: a time that lies in none of them, services, ${subject.barred === '' ? 'or exempt-templates' : 'exempt-templates, or allow'}`,
      };
    case 'idle-freeze':
      return {
        what: `freeze ${subject.freeze}: ${subject.cause.what}`,
        change: `freezes.yaml: ${subject.cause.change}`,
      };
    case 'pages-nobody':
      return {
        what: `${subject.severity} pages nobody: what would page reminds (page: none)`,
        change: `nothing, if that is what is promised; else page of the severity in the template`,
      };
    case 'falls-silent':
      return {
        what: 'after the last rung nobody is asked any more, however long there is no answer (then: nothing)',
        change: 'nothing, if that is what is promised; else no `then: nothing` in ladders.response',
      };
    case 'hours-only': {
      const { by, elapsed } = subject;
      const missed =
        elapsed === undefined ? '' : '; the response goes on meanwhile, and may be missed before anybody is paged';
      return {
        what: `pages only in working hours: outside them a page waits for the opening (${by})${missed}`,
        change: `nothing, if that is what is promised; else ${by} of the ${by === 'during' ? 'rung' : 'severity'} in the template${elapsed === undefined ? '' : ', or a response in business hours (4bh)'}`,
      };
    }
    case 'stays-here': {
      const over = listed(subject.channels);
      if ('people' in subject)
        return {
          what: `${listed(someOf(subject.people))} ${subject.people.length === 1 ? 'is' : 'are'} reached only inside Muster (${over}): who does not look there does not hear`,
          change: 'people.yaml: a way that leaves Muster under reach, such as mail, chat or a pager',
        };
      const { audiences, isPublic } = subject;
      return {
        what: `what is announced to ${listed(audiences)} stays inside Muster${over === '' ? ': there is no channel' : ` (${over})`}${isPublic ? ': the public cannot read it' : ''}`,
        change: `channels.yaml: ${isPublic ? 'a channel that the public reads, such as a status page,' : 'a channel that leaves Muster'} under channels of ${audiences.length === 1 ? 'the audience' : 'the audiences'}`,
      };
    }
    case 'one-channel':
      return {
        what: `everybody is reached over one channel, ${subject.channel}: when it fails, nobody hears`,
        change: 'people.yaml: a second channel under reach',
      };
  }
}

// A sample of many names, with how many more there are.
function someOf(names: readonly string[]): readonly string[] {
  return names.length < 6 ? names : [...names.slice(0, 3), `${names.length - 3} more`];
}
function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
