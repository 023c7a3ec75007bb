/** Owns how a scenario says the commands that only a release takes. */
import type { CommandOf } from '../../contracts/command-table';
import { iso } from '../../domain';
import { given } from '../../given';
import type { Acts, CommonCommand } from './act';
import { known, maybePair, moment, pair, reasonOf, Unfit } from './entry-text';

export const releaseActs = {
  reschedule: {
    field: 'reschedule',
    because: true,
    read: (text, world) => {
      const { at, value } = pair(text, 'a moment and a target, such as 3d=2026-12-16T10:00', world);
      const to = moment(value, world);
      if (to <= at) throw new Unfit('the new target must lie after the moment at which it is said');
      const body = { targetAt: iso(to), reason: reasonOf(world) };
      return { at, name: 'reschedule', body, calendars: world.calendarsAt(at) };
    },
  },
  'start-deployment': {
    field: 'deploy',
    because: true,
    read: (text, world) => {
      const { at, value } = maybePair(text, 'a moment, and maybe early or override, such as 3d=early', world);
      if (value !== undefined)
        return {
          at,
          name: 'start-deployment',
          body: { [known('way to begin', value, ['early', 'override'] as const)]: reasonOf(world) },
        };
      if (world.because !== undefined)
        throw new Unfit('a reason is for early or override, such as 3d=early because ...');
      return { at, name: 'start-deployment', body: {} };
    },
  },
  'mark-deployed': {
    field: 'deployed',
    read: (text, world) => ({ at: moment(text, world), name: 'mark-deployed', body: {} }),
  },
  'roll-back': {
    field: 'rollBack',
    because: true,
    read: (text, world) => {
      const form = 'a moment, and maybe the severity of an incident to declare, such as 6d=P1';
      const { at, value } = maybePair(text, form, world);
      const declare = value === undefined ? undefined : known('severity', value, world.declaredLevels);
      return { at, name: 'roll-back', body: { reason: reasonOf(world), ...given({ declare }) } };
    },
  },
} as const satisfies Acts<Exclude<CommandOf<'release'>, CommonCommand>>;
