/** The links that stand in messages. */
import { createHmac } from 'node:crypto';
import { linksUnder } from '../../src/app/wire-links';

test('a message leads to the page of its incident or release', () => {
  const links = linksUnder('https://muster.example.com/ops', createHmac('sha256', 'test').digest());
  const about = {
    ...{ title: 'x', severity: 'P0', level: { rank: 0, of: 4 }, services: [], drill: false },
    status: 'monitoring',
  } as const;
  expect(links.processUrl({ ...about, kind: 'incident', id: 'INC-2026-12-07-001' })).toBe(
    'https://muster.example.com/ops/incidents/INC-2026-12-07-001',
  );
  expect(links.processUrl({ ...about, kind: 'release', id: 'REL-2026-12-07-001' })).toBe(
    'https://muster.example.com/ops/releases/REL-2026-12-07-001',
  );
});
