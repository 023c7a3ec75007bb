/**
 * The two filled report templates equal those of the checklists, line for line and word for word.
 * The checklists do not ship; without them these tests are skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { iso, reportMarkdown, reportOf, templateOf, timelineOf, viewOf } from '../../src/domain';
import { standingAfter } from '../../src/domain/messages/messages';
import { incident } from '../support/story';

const checklists = path.resolve(__dirname, '../../../shared/checklists.md');
const present = existsSync(checklists);
if (!present) console.warn('SKIPPED: the two templates are not compared with ../shared/checklists.md, it is not there');
const compare = present ? test : test.skip;

/** The lines in the code block under `### <title>`. */
function template(title: string): string[] {
  const text = readFileSync(checklists, 'utf8').replaceAll('\r\n', '\n');
  const block = new RegExp(`### ${title}\\n\\n\`\`\`\\w*\\n([\\s\\S]*?)\\n\`\`\``).exec(text)?.[1];
  if (block === undefined) throw new Error(`the checklists have no ${title}`);
  return block.split('\n');
}

/** A pattern for a filled line of the template: its words, and any text for each [placeholder]. */
function filled(line: string): RegExp {
  const parts = line.split(/(\[(?! \])[^\]]+\]|INC-YYYY-MM-DD-XXX)/);
  const pattern = parts.map((part, index) =>
    index % 2 === 0
      ? part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
      : part.startsWith('INC')
        ? 'INC-\\d{4}-\\d{2}-\\d{2}-\\d{3,}'
        : part === '[P0/P1/P2/P3]' || part === '[SEVERITY]'
          ? 'P[0-3]'
          : part.startsWith('[Investigating')
            ? `(?:${part.slice(1, -1).replaceAll('/', '|')})`
            : /time(?:stamp)?\]$/i.test(part)
              ? '\\d{4}-\\d{2}-\\d{2}(?:T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z| \\d{2}:\\d{2})'
              : part.endsWith('Date]')
                ? '\\d{4}-\\d{2}-\\d{2}'
                : '\\S.*',
  );
  return new RegExp(`^${pattern.join('')}$`);
}

const story = () =>
  incident({ usersAffected: '1,200', description: 'Nobody can pay' })
    .at('2m', 'acknowledge', {})
    .at('3m', 'post-update', { text: 'on it', actions: ['Rolling back', 'Calling the vendor'] });

compare('the Incident Communication Template', () => {
  const { state } = story();
  const lines = templateOf(standingAfter(state, state.timeline.length), iso).split('\n');
  const expected = template('Incident Communication Template');
  expect(lines).toHaveLength(expected.length);
  expected.forEach((line, index) => expect(lines[index]).toMatch(filled(line)));
});

compare('every status that the template names can stand in it', () => {
  const begun = story();
  const seen = (() => {
    const statuses = [begun.state.timeline.length];
    for (const status of ['identified', 'monitoring'] as const) {
      begun.at(status === 'identified' ? '4m' : '5m', 'set-status', { status });
      statuses.push(begun.state.timeline.length);
    }
    begun.at('6m', 'resolve', {});
    return [...statuses, begun.state.timeline.length];
  })().map((of) => /^Status: (.*)$/m.exec(templateOf(standingAfter(begun.state, of), iso))![1]);
  expect(`Status: [${seen.join('/')}]`).toBe(
    template('Incident Communication Template').find((line) => line.startsWith('Status:')),
  );
});

compare('the Post-Incident Report Template', () => {
  const ended = story().at('30m', 'resolve', { summary: 'rolled back' });
  ended.at('31m', 'write-review', {
    rootCause: 'a bad deploy',
    resolution: 'rolled back',
    wentWell: ['fast', 'calm'],
    couldImprove: ['alert', 'test'],
  });
  for (const title of ['Alert on errors', 'Test the roll-back'])
    ended.at('32m', 'add-action-item', { title, owner: 'cto', dueAt: '2026-12-20T10:00:00Z' });
  const lines = reportMarkdown(reportOf(viewOf(ended.state), timelineOf(ended.state))).split('\n');
  const expected = template('Post-Incident Report Template');
  const headings = (of: string[]) => of.filter((line) => /^##/.test(line));
  expect(headings(lines)).toEqual(headings(expected));
  // Every line of the template appears in order. Muster's report may have more lines only under
  // Summary and Timeline.
  let from = 0;
  for (const line of expected.filter((one) => one !== '')) {
    const at = lines.findIndex((ours, index) => index >= from && filled(line).test(ours));
    expect([line, at >= from]).toEqual([line, true]);
    const between = lines.slice(from, at).filter((ours) => ours !== '');
    if (line !== '## Timeline' && line !== '## Root Cause') expect([line, between]).toEqual([line, []]);
    from = at + 1;
  }
});
