/**
 * Owns what of the sources of deployments in alerts.yaml leads nowhere: words for checks and
 * services that none of their messages says, checks that they may not report. That the names are
 * ours, the check of the configuration says.
 */
import type { ChangeMapping, ChangeRules, MessageRules } from '../changes/reading';
import type { Cause } from './findings';

export interface DeploymentsQuestion {
  readonly mapping: Pick<ChangeMapping, 'messages'>;
  readonly rules: Pick<ChangeRules, 'service' | 'services' | 'checks' | 'may'>;
}

/** What of the source means nothing. */
export function vainParts({ mapping, rules }: DeploymentsQuestion): Cause[] {
  const { service, services, checks, may } = rules;
  const heard = mapping.messages.filter(({ what }) => what !== 'ignored');
  if (heard.length === 0)
    return [{ what: 'every message is ignored', change: 'alerts.yaml: what of one of its messages' }];
  const says = (field: 'service' | 'release') => heard.some((message) => message[field].length > 0);
  const found: Cause[] = [];
  if (Object.keys(checks).length > 0) {
    if (!heard.some(isCheck))
      found.push({ what: 'none tells of a check, so its checks mean nothing', change: 'alerts.yaml: take checks out' });
    else if (!may.includes('report-check'))
      found.push({
        what: 'its checks reach no release, because it may not report-check',
        change: 'alerts.yaml: report-check under may, or no checks',
      });
  }
  if (says('service')) return found;
  if (Object.keys(services).length > 0)
    found.push({
      what: 'none names a service, so its services mean nothing',
      change: 'alerts.yaml: service under map, or service of the source',
    });
  if (service === undefined) {
    const who = says('release') ? 'only the release that one names hears it' : 'no release hears them';
    found.push({
      what: `none is about a service, so no incident lists them, and ${who}`,
      change: 'alerts.yaml: service of the source, or under map',
    });
  }
  return found;
}

const isCheck = ({ what }: MessageRules): boolean => what === 'check';
