/**
 * Owns the shipped configuration as a copy that a test spoils: replace a text, read the errors and
 * where they stand. Each test gets a copy of its own.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatErrors, loadConfig } from '../../src/config/load';

export class EditedFolder {
  path = '';

  /** Replaces the first `from` of `file`, which must be there. */
  change(file: string, from: string, to: string): void {
    const path = join(this.path, file);
    const text = readFileSync(path, 'utf8');
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`);
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
  }

  /** The errors of the folder as it is now, each with its place. */
  errors(): string[] {
    const loaded = loadConfig(this.path, null);
    return loaded.ok ? [] : formatErrors(loaded.errors).split('\n');
  }

  /** `file:line:column` of `mark` on the first line of `file` that contains `on`. */
  place(file: string, on: string, mark = on): string {
    const lines = readFileSync(join(this.path, file), 'utf8').split('\n');
    const line = lines.findIndex((text) => text.includes(on));
    return `${file}:${line + 1}:${lines[line]!.indexOf(mark) + 1}`;
  }
}

/** A fresh copy before each test, without the files of `leftOut`; removed after the test. */
export function editedFolder(...leftOut: readonly string[]): EditedFolder {
  const folder = new EditedFolder();
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), 'muster-edited-'));
    cpSync(join(__dirname, '../../config'), folder.path, { recursive: true });
    for (const file of leftOut) rmSync(join(folder.path, file));
  });
  afterEach(() => rmSync(folder.path, { recursive: true }));
  return folder;
}
