/**
 * How long coverage takes: 90 days, 20 services of 20 teams with rotas of their own, every severity
 * and ladder of the shipped templates.
 */
import { coverageOf } from '../src/config/scenarios/coverage';
import { loadConfig } from '../src/config/load';
import { type Config } from '../src/config/loaded';
import { atMost, median, percentile, short, type Row } from './table';

const teams = 20;
const now = Date.parse('2027-02-01T08:00:00Z'); // the 90 days contain the change to summer time
const zones = ['Europe/Athens', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Santiago'];

export function coverage(): Promise<Row[]> {
  const config = organisation();
  let found = 0;
  let stretches = 0;
  const samples: number[] = [];
  for (let index = -5; index < 30; index++) {
    const began = performance.now();
    const answer = coverageOf(config, { days: 90 }, now);
    // The first five runs are for warming up.
    if (index >= 0) samples.push(performance.now() - began);
    if (typeof answer === 'string') throw new Error(answer);
    found = answer.items.length;
    stretches = answer.items.reduce((sum, { times }) => sum + times.length, 0);
  }
  const note = `p99 ${short(percentile(samples, 0.99))} ms, ${samples.length} times; ${found} findings, ${stretches} stretches`;
  return Promise.resolve([
    atMost('90 days of coverage, 20 services on 60 schedules', median(samples), 2_000, ' ms', note),
  ]);
}

/**
 * The shipped folder, but with a team and rotas for each service: turns, with office hours and
 * nights on top.
 */
function organisation(): Config {
  const loaded = loadConfig('config', null);
  if (!loaded.ok) throw new Error('the shipped configuration is refused');
  const { people, services, onCall } = loaded.value;
  const slots = ['primary', 'secondary', 'escalation-manager'] as const;
  const every = Array.from({ length: teams }, (_, index) => index);
  const participants = (from: number) => Array.from({ length: 5 }, (_, turn) => `person-${(from + turn * 7) % 100}`);
  const layer = (name: string, index: number, length: string, restrict: object[] = []) => ({
    name,
    rotation: { every: length, 'hand-off': '09:00', from: '2026-01-05' },
    participants: participants(index),
    restrict: restrict as never[],
  });
  const days = ['mon', 'tue', 'wed', 'thu', 'fri'];
  return {
    ...loaded.value,
    people: {
      people: {
        ...people.people,
        ...Object.fromEntries(
          Array.from({ length: 100 }, (_, index) => [
            `person-${index}`,
            { name: `Person ${index}`, roles: [], reach: ['inbox', 'console'] },
          ]),
        ),
      },
    },
    services: {
      ...services,
      'default-team': 'team-0',
      teams: Object.fromEntries(
        every.map((index) => [
          `team-${index}`,
          { ...Object.fromEntries(slots.map((slot) => [slot, `${slot}-${index}`])), approvers: ['ingrid'] },
        ]),
      ),
      services: Object.fromEntries(every.map((index) => [`service-${index}`, { team: `team-${index}`, tier: 1 }])),
    },
    onCall: {
      ...onCall,
      schedules: Object.fromEntries(
        every.flatMap((index) =>
          slots.map((slot, position) => [
            `${slot}-${index}`,
            {
              name: `${slot} ${index}`,
              zone: zones[index % zones.length]!,
              layers: [
                layer('turns', index + position, ['1w', '1d', '12h', '7h'][index % 4]!),
                layer('office', index + position + 1, '1w', [{ days, from: '09:00', to: '18:00' }]),
                layer('night', index + position + 2, '1d', [{ from: '22:00', to: '06:00' }]),
              ],
            },
          ]),
        ),
      ),
    },
  };
}
