/**
 * R30, R31, R33: conditions, ladders by name, anchors and repetitions in files, and what is
 * refused.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyOf } from '../../src/config/in-force';
import { formatErrors, loadConfig } from '../../src/config/load';
import { t0 } from '../support/policy';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const template = `kind: incident
name: own
version: 1.0.0
severities:
  sev1: { name: Bad, means: Bad, response: 5m, update-every: 15m, escalate-to: [cto], ladders: { response: loud } }
  sev2: { name: Less, means: Less, response: 1h, update-every: 1h, escalate-to: [cto] }
phases:
  contain:
    name: Contain
    each: service
    groups: { c: { name: C, items: { isolated: Cut it off, verified: { text: Verified, needs: [isolated] } } } }
  tell:
    name: Tell
    when: { severity: sev1, label: [privacy, legal] }
    opens: contain + 1h
    due: started + 13d 3h at end of day
    groups:
      t:
        name: T
        when: { customer-facing: true }
        items: { told: { text: Told, due: opened tell + 2h, when: { service: payments } }, filed: Filed }
ladders:
  response: [{ at: due - 1 response, page: [primary] }]
  loud: [{ at: due - 1 response, page: [primary, cto] }]
  phase: [{ at: due - 1d 2h, remind: [commander] }, { at: due, page: [commander], when: { team: [platform] } }]
`;
/**
 * The shipped folder with one incident template of its own, and perhaps a ladder for its first
 * team.
 */
function loaded(text: string, ladder?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-language-'));
  folders.push(folder);
  cpSync(join(__dirname, '../../config'), folder, { recursive: true });
  // The sources of alerts name the levels of the shipped template.
  for (const gone of ['rehearsals', 'alerts.yaml', 'templates/incident.yaml'])
    rmSync(join(folder, gone), { recursive: true });
  writeFileSync(join(folder, 'templates/own.yaml'), text);
  if (ladder !== undefined) {
    const services = join(folder, 'services.yaml');
    const before = readFileSync(services, 'utf8');
    writeFileSync(services, before.replace(/^teams:\n( +)(\S+):\n/m, `$&$1$1ladder: ${ladder}\n`));
  }
  return loadConfig(folder, {});
}
function policy(text = template, ladder?: string) {
  const config = loaded(text, ladder);
  if (!config.ok) throw new Error(formatErrors(config.errors));
  return policyOf(config.value, 'incident', t0, 'own');
}
function errorsOf(text: string, ladder?: string): string {
  const config = loaded(text, ladder);
  return config.ok ? 'no error' : formatErrors(config.errors);
}
const edited = (from: string, to: string) => {
  if (!template.includes(from)) throw new Error(`the template does not hold ${from}`);
  return template.replace(from, to);
};

test('what a template may say becomes policy', () => {
  const { phases, ladders, severities } = policy();
  const [contain, tell] = phases;
  expect(contain).toMatchObject({ each: 'service' });
  expect(contain!.groups[0]!.items[1]).toMatchObject({ id: 'verified', needs: ['isolated'] });
  expect(tell).toMatchObject({
    when: { severity: ['sev1'], label: ['privacy', 'legal'] },
    opens: { anchor: { phase: 'contain' }, offset: { n: 3_600_000, unit: 'ms' } },
    due: { anchor: 'started', offset: { n: 13, unit: 'd', and: [{ n: 10_800_000, unit: 'ms' }], clock: 'end of day' } },
  });
  expect(tell!.groups[0]).toMatchObject({ when: { customerFacing: true } });
  expect(tell!.groups[0]!.items[0]).toMatchObject({
    when: { service: ['payments'] },
    due: { anchor: { opened: 'tell' } },
  });
  expect(ladders.phase).toMatchObject([
    { at: { n: -1, unit: 'd', and: [{ n: -7_200_000, unit: 'ms' }] } },
    { when: { team: ['platform'] } },
  ]);
  expect(severities['sev1']).toMatchObject({ ladders: { response: 'loud' } });
});

test('a team names the ladder of its responses, and a template that has none of the name goes without', () => {
  expect(Object.values(policy(template, 'loud').teamLadders!.of)).toEqual(['loud']);
  expect(policy().teamLadders).toBeUndefined();
  expect(errorsOf(template, 'lowd')).toMatch(/services\.yaml:\d+:\d+: unknown ladder "lowd"; did you mean loud\?/);
});

test.each([
  ['an unknown level', 'severity: sev1, label', 'severity: sev3, label', 'unknown severity "sev3"'],
  [
    'an unknown service',
    'service: payments',
    'service: paymints',
    'unknown service "paymints"; did you mean payments?',
  ],
  ['an unknown team', 'team: [platform]', 'team: [core]', 'unknown team "core"'],
  ['a strategy of an incident', 'severity: sev1, label', 'strategy: canary, label', 'only a release has a strategy'],
  ['an unknown phase', 'opened tell', 'opened tel', 'unknown phase "tel"; did you mean tell?'],
  ['an unknown item', 'opened tell', 'item tolt', 'unknown item "tolt"; did you mean told?'],
  ['a time of day that is none', 'at end of day', 'at night', 'expected a time of day such as "at 10:00"'],
  [
    'a ladder that does not exist',
    'ladders: { response: loud }',
    'ladders: { response: lout }',
    'unknown ladder "lout"',
  ],
  ['an unknown need', 'needs: [isolated]', 'needs: [isolate]', 'unknown item "isolate"'],
  ['a phase that counts from itself', 'opens: contain + 1h', 'opens: tell + 1h', 'phase tell waits for itself'],
  [
    'a circle through an item',
    'each: service',
    'due: item told + 1h',
    'wait for each other and none would ever come: ',
  ],
  ['an item that needs itself', 'needs: [isolated]', 'needs: [verified]', 'item verified waits for itself'],
  [
    'an item that counts from the phase it completes',
    'due: opened tell + 2h',
    'due: tell + 2h',
    'phase tell after item told after phase tell',
  ],
])('%s is refused where it stands', (_, from, to, message) => {
  expect(errorsOf(edited(from, to))).toContain(message);
});

test('rungs that never fire at one level need no order between them', () => {
  const rungs = (first: string) =>
    edited(
      'response: [{ at: due - 1 response, page: [primary] }]',
      `response: [{ at: due, page: [primary], when: { severity: ${first} } }, { at: due - 1 response, page: [primary], when: { severity: sev2 } }]`,
    );
  expect(errorsOf(rungs('sev1'))).toBe('no error');
  expect(errorsOf(rungs('sev2'))).toContain('rung 2 comes before rung 1');
});
