/** The report as a Markdown file in a folder. A real file system. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderChannel } from '../../../src/activities/channels/folder/adapter';
import type { WrittenEntry } from '../../../src/activities/channel';
import { followingLike } from '../../support/messages';
import { t0 } from '../../support/policy';
import { never } from '../../support/vendor-contract';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reports-'));
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (type: WrittenEntry['type']): WrittenEntry => ({ seq: 1, at: 0, type, text: type });
const resolved = { entries: [entry('resolved')] };
const saying = (markdown: string) => ({ report: () => Promise.resolve({ title: 'Report', markdown, html: '' }) });

test('the report is there once the incident is resolved, and not before', async () => {
  const channel = folderChannel({ path: folder }, () => 42);
  expect(await channel.follow(followingLike(), never)).toEqual({ status: 'done', at: 42 });
  expect(await readdir(folder)).toEqual([]);
  expect(await channel.follow(followingLike(resolved), never)).toEqual({
    status: 'done',
    at: 42,
    ref: 'INC-2026-12-07-001.md',
  });
  expect(await readFile(join(folder, 'INC-2026-12-07-001.md'), 'utf8')).toMatch(/^# Post-Incident Report/);
});

test('whatever changes the report later changes the file, and leaves nothing beside it', async () => {
  const channel = folderChannel({ path: folder }, () => t0);
  const ref = 'INC-2026-12-07-001.md';
  await channel.follow(followingLike(resolved, saying('first, which is longer')), never);
  for (const type of ['action-item-added', 'review-written', 'closed'] as const) {
    await channel.follow(followingLike({ ref, entries: [entry(type)] }, saying(`after ${type}`)), never);
    expect(await readFile(join(folder, ref), 'utf8')).toBe(`after ${type}`);
  }
  expect(await readdir(folder)).toEqual([ref]);
});

test('the report of a release that was rolled back is there too', async () => {
  const { process } = followingLike().request;
  const rolledBack = { entries: [entry('rolled-back')], process: { ...process, id: 'REL-2026-12-07-001' } };
  await folderChannel({ path: folder }, () => t0).follow(followingLike(rolledBack), never);
  expect(await readdir(folder)).toEqual(['REL-2026-12-07-001.md']);
});

test('a reader never sees half a report', async () => {
  const channel = folderChannel({ path: folder }, () => t0);
  const texts = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
  await channel.follow(followingLike(resolved, saying(texts[0]!)), never);
  const writing = Promise.all(texts.map((text) => channel.follow(followingLike(resolved, saying(text)), never)));
  let done = false;
  void writing.then(() => (done = true));
  while (!done) expect(texts).toContain(await readFile(join(folder, 'INC-2026-12-07-001.md'), 'utf8'));
});

test.each(['../INC-1', 'INC-1/../../x', 'INC-', 'inc-1', 'INC-1\n', '', '/etc/passwd'])(
  'an id that is no file name is refused: %j',
  async (id) => {
    const { process } = followingLike().request;
    const channel = folderChannel({ path: folder }, () => t0);
    expect(await channel.follow(followingLike({ ...resolved, process: { ...process, id } }), never)).toMatchObject({
      status: 'failed',
    });
    expect(await readdir(folder)).toEqual([]);
  },
);

test('a folder that is not there, or is none, is worth another attempt; the timeline does not learn the path', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  for (const [path, code] of [
    [join(folder, 'absent'), 'ENOENT'],
    [file, 'ENOTDIR'],
  ] as const) {
    const attempt = await folderChannel({ path }, () => t0).follow(followingLike(resolved), never);
    expect(attempt).toMatchObject({ status: 'unavailable', because: expect.stringContaining(code) as string });
    expect(JSON.stringify(attempt)).not.toContain(folder);
  }
});

test('a process that does not say its report is worth another attempt', async () => {
  const attempt = await folderChannel({ path: folder }, () => t0).follow(
    followingLike(resolved, { report: () => Promise.reject(new Error('no answer')) }),
    never,
  );
  expect(attempt).toMatchObject({ status: 'unavailable', because: expect.stringContaining('no answer') as string });
});
