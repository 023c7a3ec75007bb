/**
 * Owns what would come of an alert, and why: for people who write alerts.yaml. Changes nothing, and
 * knows no open incident.
 */
import type { AlertTrial, TriedAlert } from '../../contracts/alerts-view';
import type { Alert, Ruling } from '../model';
import { assertNever } from '../model/assert-never';
import { iso } from '../time/instants';
import { given } from '../../given';
import type { Mapped } from './mapping';
import { answersPage } from './own-pages';
import { decidingRule, levelSaid, ruled, serviceSaid, type AlertRule, type RulesInForce } from './ruling';
import { triedSns } from './sns-trial';

/**
 * What would come of a payload by the rules in force. `topics`: those of a source whose messages
 * SNS signs. `body`: what was sent, undefined when it cannot be read; `mapped`: what it says.
 */
export function triedPayload(
  { name, topics }: { readonly name: string; readonly topics?: readonly string[] | undefined },
  body: unknown,
  { alerts, groups, unread, ignored }: Mapped,
  inForce: RulesInForce,
): AlertTrial {
  const sns = triedSns(body, topics);
  if (sns !== undefined) return { source: name, alerts: [], groups: [], unread: [], ignored: 0, sns };
  return {
    source: name,
    alerts: alerts.map((alert) => triedAlert(alert, inForce)),
    groups: [...groups],
    unread: [...unread],
    ignored,
  };
}

/** What would come of the alert by the rules in force. */
export function triedAlert(alert: Alert, inForce: RulesInForce): TriedAlert {
  const { source: _, startsAt, endsAt, endsAfterMs: __, services, links, by, ...rest } = alert;
  const { ruling } = ruled(alert, inForce);
  const rule = ruling.do === 'page' ? undefined : decidingRule(alert, inForce);
  return {
    ...rest,
    services: [...services],
    links: [...links],
    would: wouldDo(alert, ruling),
    ...given({
      by: by?.[0],
      page: ruling.do === 'page' ? ruling.process : undefined,
      startsAt: startsAt === undefined ? undefined : iso(startsAt),
      endsAt: endsAt === undefined ? undefined : iso(endsAt),
      rule: rule?.name,
      because: ruling.do === 'unmatched' ? ruling.because : undefined,
    }),
    ...(ruling.do === 'open' || ruling.do === 'join'
      ? given({
          service: ruling.service,
          serviceBecause: serviceBecause(alert, rule, inForce),
          level: ruling.severity,
          levelBecause: levelBecause(alert, rule, inForce),
        })
      : undefined),
    ...(ruling.do === 'open'
      ? given({
          template: ruling.template,
          incidentTitle: ruling.title,
          waitSeconds: ruling.waitMs === undefined ? undefined : ruling.waitMs / 1_000,
          gather: ruling.gather,
        })
      : undefined),
  };
}

// An end ends what is known, whatever the rules say of it, and an answer answers it. A page of
// Muster asks for nothing but an answer.
function wouldDo({ says, by }: Alert, ruling: Ruling): TriedAlert['would'] {
  if (ruling.do === 'ignore' || (ruling.do === 'unmatched' && says === 'firing')) return ruling.do;
  if (ruling.do === 'page') return answersPage({ says, by }, ruling.process) ? 'answer' : 'page';
  switch (says) {
    case 'firing':
      return ruling.do;
    case 'resolved':
      return 'end';
    case 'acknowledged':
      return 'acknowledge';
    default:
      return assertNever(says);
  }
}

function serviceBecause(alert: Alert, rule: AlertRule | undefined, inForce: RulesInForce): string {
  if (rule?.service !== undefined) return `${rule.name} says so`;
  const said = serviceSaid(alert, inForce.services);
  if (said !== undefined) return `the sender says ${JSON.stringify(said.word)}`;
  const heard =
    alert.services.length === 0
      ? 'the sender names none'
      : `${alert.services.join(', ')} is no service of services.yaml`;
  return inForce.sources[alert.source]?.service === undefined ? heard : `the source says so, because ${heard}`;
}

function levelBecause(alert: Alert, rule: AlertRule | undefined, inForce: RulesInForce): string {
  if (rule?.severity !== undefined) return `${rule.name} says so`;
  const said = levelSaid(alert, inForce.sources[alert.source]!, inForce.levels);
  if (said !== undefined)
    return said.isMapped
      ? `severities of the source say so of ${JSON.stringify(said.word)}`
      : `the sender says ${JSON.stringify(said.word)}`;
  const heard =
    alert.severity === undefined
      ? 'the sender says none'
      : `severities of the source do not say what ${JSON.stringify(alert.severity)} means`;
  return `the source says so, because ${heard}`;
}
