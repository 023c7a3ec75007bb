/**
 * The folder channel writes the report of a process as a Markdown file, for tools that read such
 * files (GitBook, Slab, a repository of documents). A reader sees the old file or the new file,
 * never half a file.
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FollowAttempt, Follower } from '../../channel';
import { concernsReport, writtenReport } from '../followed-report';
import type { FolderOptions } from './config';

const safeId = /^(INC|REL)-[0-9-]{1,100}$/;

/** `clock` gives epoch ms. */
export function folderChannel({ path }: FolderOptions, clock: () => number): Follower {
  return {
    async follow(following): Promise<FollowAttempt> {
      const { id } = following.request.process;
      if (!safeId.test(id))
        return {
          status: 'failed',
          because: `${JSON.stringify(id).slice(0, 100)} is no file name; expected an id as INC-2026-12-07-001`,
        };
      if (!concernsReport(following)) return { status: 'done', at: clock() };
      const found = await writtenReport(following);
      if (!found.ok) return found.undone;
      const name = `${id}.md`;
      try {
        await replaceFile(join(path, name), found.report.markdown);
      } catch (error) {
        return { status: 'unavailable', because: `the folder of reports could not take ${name}: ${reasonOf(error)}` };
      }
      return { status: 'done', at: clock(), ref: name };
    },
  };
}

async function replaceFile(target: string, text: string): Promise<void> {
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      await file.writeFile(text);
      // Without this sync, a power cut could leave the new name with no content.
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

// The message of the system holds the whole path, which must not stand on a timeline.
function reasonOf(error: unknown): string {
  const { code, message } = error as Partial<NodeJS.ErrnoException>;
  return code === undefined ? String(message ?? error) : (/^\w+: [^,]+/.exec(message ?? '')?.[0] ?? code);
}
