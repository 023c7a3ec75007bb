/**
 * The report as a page of Notion. The fake answers as the API of 2025-09-03 is documented, its
 * limits included.
 */
import fc from 'fast-check';
import type { Follower, Following, WrittenEntry, WrittenNews } from '../../../src/activities/channel';
import { batchesOf, blocksOf } from '../../../src/activities/channels/notion/blocks';
import { notionChannel } from '../../../src/activities/channels/notion/adapter';
import { notionDatabase, notionPage, shown, startNotion, type FakeNotion } from '../../support/fakes/notion';
import { followingLike } from '../../support/messages';
import { t0 } from '../../support/policy';
import { keepsTheVendorContract, never, withVendor, type VendorContract } from '../../support/vendor-contract';

const opening =
  (where: { database: string } | { page: string }): VendorContract<FakeNotion>['channel'] =>
  (options) =>
    notionChannel({ token: 'ntn_x', ...where, ...options }, () => t0);
const places = [
  ['in a database', opening({ database: notionDatabase })],
  ['under a page', opening({ page: notionPage })],
] as const;
const using = (
  channel: VendorContract<FakeNotion>['channel'],
  use: (fake: FakeNotion, channel: Follower) => Promise<void>,
) => withVendor({ start: startNotion, channel }, (fake, opened) => use(fake, opened as Follower));
const entry = (type: WrittenEntry['type']): WrittenEntry => ({ seq: 9, at: 0, type, text: type });
const title = 'Post-Incident Report: Checkout is down';
const long = `# Report\n\n${Array.from({ length: 230 }, (_, n) => `- line ${n}`).join('\n')}`;
const news = (type: WrittenEntry['type'], more: Partial<WrittenNews> = {}, markdown = long): Following =>
  followingLike({ entries: [entry(type)], ...more }, { report: () => Promise.resolve({ title, markdown, html: '' }) });
const made = ({ pages }: FakeNotion) => pages.map((page) => ({ title: page.title, blocks: page.blocks.map(shown) }));

describe.each(places)('%s', (_, channel) => {
  describe('the first time', () =>
    keepsTheVendorContract({
      start: startNotion,
      channel,
      attempt: (opened, signal) => opened.follow!(news('resolved'), signal),
      made,
      strange: [null, [], 'text', { results: 'x' }, { data_sources: [{ id: '../x' }] }],
    }));

  test('the report becomes a page once the incident is resolved, and not before', () =>
    using(channel, async (fake, opened) => {
      expect(await opened.follow(news('declared'), never)).toEqual({
        status: 'done',
        at: expect.any(Number) as number,
      });
      expect(fake.received).toHaveLength(0);
      expect(await opened.follow(news('resolved'), never)).toMatchObject({
        status: 'done',
        ref: fake.pages[0]!.id,
        link: {
          to: `https://www.notion.so/${fake.pages[0]!.id.replaceAll('-', '')}`,
          title: `${title} (INC-2026-12-07-001)`,
        },
      });
      expect(made(fake)).toEqual([
        {
          title: `${title} (INC-2026-12-07-001)`,
          blocks: ['heading_1 Report', ...Array.from({ length: 230 }, (__, n) => `bulleted_list_item line ${n}`)],
        },
      ]);
    }));

  test('whatever changes the report changes the page, also when nobody heard that it was made', () =>
    using(channel, async (fake, opened) => {
      await opened.follow(news('resolved'), never);
      const { id: ref } = fake.pages[0]!;
      await opened.follow(news('action-item-added', { ref }, 'with a task'), never);
      expect(made(fake)).toMatchObject([{ blocks: ['paragraph with a task'] }]);
      await opened.follow(news('closed', {}, 'closed'), never);
      expect(made(fake)).toMatchObject([{ blocks: ['paragraph closed'] }]);
      expect(fake.pages[0]!.id).toBe(ref);
    }));

  test('a page that was deleted is made anew', () =>
    using(channel, async (fake, opened) => {
      await opened.follow(news('resolved'), never);
      const { id: ref } = fake.pages[0]!;
      fake.pages[0]!.in_trash = true;
      expect(await opened.follow(news('closed', { ref }), never)).toMatchObject({ status: 'done' });
      expect(fake.pages).toHaveLength(2);
    }));

  test('a page that is being changed by somebody else is worth another attempt', () =>
    using(channel, async (fake, opened) => {
      fake.fail({ status: 409, json: { code: 'conflict_error' } });
      expect(await opened.follow(news('resolved'), never)).toMatchObject({
        status: 'unavailable',
        retryAfterMs: 1_000,
      });
    }));
});

describe('a page that is there', () =>
  keepsTheVendorContract({
    start: startNotion,
    channel: opening({ database: notionDatabase }),
    before: (opened, signal) => opened.follow!(news('resolved', {}, 'old'), signal),
    attempt: (opened, signal) => opened.follow!(news('closed'), signal),
    made,
  }));

test('the report is found among many children of a page', () =>
  using(opening({ page: notionPage }), async (fake, opened) => {
    const parent = { type: 'page_id', page_id: notionPage } as const;
    const other = (n: number) => ({
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      title: `INC-2026-12-07-001 ${n}`,
      parent,
      blocks: [],
    });
    fake.pages.push(...Array.from({ length: 250 }, (_, n) => other(n)));
    await opened.follow(news('resolved'), never);
    await opened.follow(news('closed'), never);
    expect(fake.pages).toHaveLength(251);
  }));

test('a channel without a place, or with two, does not start', () => {
  expect(() => notionChannel({ token: 'x' }, () => t0)).toThrow('either a database or a page');
  expect(() => notionChannel({ token: 'x', database: 'a', page: 'b' }, () => t0)).toThrow(
    'either a database or a page',
  );
});

describe('Markdown as blocks', () => {
  const blocks = (markdown: string) => blocksOf(markdown, 'http://muster.example/');

  test('headings, lists, tasks, quotes, code, dividers and paragraphs', () => {
    const markdown = [
      '# One',
      '## Two',
      '#### Four',
      '- point',
      '  * nested',
      '1. first',
      '- [ ] to do',
      '- [x] done',
      '> said',
      '---',
      'a line',
      'and another',
      '',
      'next',
      '```',
      '# no heading',
      '```',
    ].join('\n');
    expect(blocks(markdown).map(shown)).toEqual([
      'heading_1 One',
      'heading_2 Two',
      'heading_3 Four',
      'bulleted_list_item point',
      'bulleted_list_item nested',
      'numbered_list_item first',
      'to_do false to do',
      'to_do true done',
      'quote said',
      'divider',
      'paragraph a line\nand another',
      'paragraph next',
      'code # no heading',
    ]);
  });

  test('bold, code, links to the web and escapes; nothing else has a meaning', () => {
    expect(blocks('**Incident ID**: `x` [page](https://e.example/a) \\*no\\* [bad](javascript:x) <b>')).toMatchObject([
      {
        paragraph: {
          rich_text: [
            { text: { content: 'Incident ID' }, annotations: { bold: true } },
            { text: { content: ': ' } },
            { text: { content: 'x' }, annotations: { code: true } },
            { text: { content: ' ' } },
            { text: { content: 'page', link: { url: 'https://e.example/a' } } },
            { text: { content: ' *no* [bad](javascript:x) <b>' } },
          ],
        },
      },
    ]);
  });

  test('any text fits the limits, and no character of a plain one is lost', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('# x', '- [ ] y', '```', '**', '[', 'é🔥'.repeat(3_000)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
        const all = blocks(lines.join('\n'));
        const batches = batchesOf(all);
        expect(batches.flat()).toEqual(all);
        for (const batch of batches) {
          expect(batch.length).toBeLessThanOrEqual(100);
          expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThan(500_000);
        }
        for (const one of all) {
          const { rich_text = [] } = one[one.type] as { rich_text?: { text: { content: string } }[] };
          expect(rich_text.length).toBeLessThanOrEqual(100);
          for (const { text } of rich_text) expect(text.content.length).toBeLessThanOrEqual(2_000);
        }
      }),
      { numRuns: 50 },
    );
    const plain = 'é🔥'.repeat(30_000);
    expect(blocks(plain).map(shown).join('').replaceAll('paragraph ', '')).toBe(plain);
  });

  test('odd text is gone through in no time', () => {
    const began = process.hrtime.bigint();
    for (const odd of ['[', '**', '`', '\\', '**a', '[a]('].map((piece) => piece.repeat(50_000))) blocks(odd);
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(5_000);
  });

  test('a report of thousands of lines says where it goes on', () => {
    const all = blocks(Array.from({ length: 3_000 }, (_, n) => `- ${n}`).join('\n'));
    expect(all).toHaveLength(1_000);
    expect(shown(all.at(-1)!)).toBe('paragraph The report goes on at http://muster.example/');
  });
});
