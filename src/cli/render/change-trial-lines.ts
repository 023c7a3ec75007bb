/** Owns, as lines, what the message of a deployment tool would do. */
import type { ChangeTrial } from '../../contracts/view';
import { localTime } from '../terminal/format';
import { pairs, type Layout } from '../terminal/table';
import { cleanLine } from '../terminal/text';
import { changeVerbs } from '../../contracts/change-kinds';

/** What was read of the message, what it would do, and why. */
export function changeTrialLines(trial: ChangeTrial, now: number, layout: Layout): string[] {
  const { change, check, doubt } = trial;
  const read =
    change === undefined
      ? []
      : ([
          ['Service', change.services.join(', ') || 'none that services.yaml knows'],
          ['Version', change.version],
          ['Environment', change.environment],
          ['Check', check && `${check.name}: ${check.result}`],
          ['When', localTime(Date.parse(change.at), now, { date: true })],
          ['By', change.by],
          ['Link', change.url],
          ['But', doubt],
        ] as const);
  const title = change?.title ?? `Message of ${trial.source}`;
  const what = change === undefined ? '' : `   ${check === undefined ? changeVerbs[change.kind] : 'check'}`;
  return [
    `${layout.style('strong', cleanLine(title))}${what}`,
    ...pairs(
      [
        ...read.flatMap(([label, word]) => (word === undefined ? [] : [[label, cleanLine(word)] as const])),
        ['Would', cleanLine(wouldWords(trial)), isTrouble(trial) ? 'warn' : 'plain'],
      ],
      layout,
    ),
  ];
}

const isTrouble = ({ would, because }: ChangeTrial) => would === 'not-read' || (would !== 'nothing' && because);

function wouldWords(trial: ChangeTrial): string {
  const { would, because, release, byVersion, check, change } = trial;
  const whose = change?.services[0] === undefined ? 'of no service' : `of ${change.services.join(', ')}`;
  const meant = byVersion ? `the running release ${whose} that is ${change?.version}` : (release ?? 'no release');
  const why = because === undefined ? '' : `: ${because}`;
  switch (would) {
    case 'report-check': {
      const otherwise = byVersion ? '; without exactly one, do nothing' : '';
      const refused = because === undefined ? '' : `. The release would refuse it${why}`;
      return `report the check ${check?.name} (${check?.result}) to ${meant}${otherwise}${refused}`;
    }
    case 'mark-deployed': {
      const otherwise = byVersion ? `; without exactly one, be a change ${whose}` : '';
      return `mark ${meant} as deployed, if it is deploying${otherwise}`;
    }
    case 'list': {
      const told = release !== undefined || byVersion ? `, and do nothing to ${meant}` : '';
      return `be a change ${whose} (\`muster changes\`)${told}${why}`;
    }
    case 'nothing':
      return `nothing${why}`;
    case 'not-read':
      return `be shown by \`muster changes\` as not read${why}`;
  }
}
