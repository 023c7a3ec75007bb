/**
 * Owns the folder `messages/`: the installation's own templates for alerts, notices, public
 * messages and reports, read once and tried on samples. Knows nothing of their content.
 */
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { unknownName } from '../../domain';
import { templateLimit } from '../../words/liquid';
import { compileMessageTemplate, templateNames, type MessageTemplates, type TemplateName } from '../../words/words';
import { filesIn } from '../files/folder-files';
import type { ConfigError } from '../files/yaml-file';

const folderName = 'messages';
const ending = '.liquid';

/**
 * Reads every `messages/*.liquid` of the configuration. Faults are added to `errors`, each with its
 * place.
 */
export function loadMessageTemplates(configFolder: string, errors: ConfigError[]): MessageTemplates {
  const folder = join(configFolder, folderName);
  const { names, errors: unlisted } = filesIn(folder, folderName, /\.liquid$/);
  errors.push(...unlisted);
  const found: Partial<Record<TemplateName, (model: object) => string>> = {};
  for (const file of names) {
    const at = (message: string, line = 1, column = 1): ConfigError => ({
      file: `${folderName}/${file}`,
      line,
      column,
      message,
    });
    const name = templateNames.find((known) => `${known}${ending}` === file);
    if (name === undefined) {
      errors.push(at(unknownName('message template', file.slice(0, -ending.length), templateNames)));
      continue;
    }
    const source = readInside(folder, file);
    if (!source.ok) {
      errors.push(at(source.problem));
      continue;
    }
    const compiled = compileMessageTemplate(name, source.text);
    if (compiled.ok) found[name] = compiled.render;
    else errors.push(...compiled.faults.map(({ line, column, message }) => at(message, line, column)));
  }
  return found;
}

function readInside(folder: string, file: string): { ok: true; text: string } | { ok: false; problem: string } {
  const problem = (words: string) => ({ ok: false, problem: words }) as const;
  try {
    // Links are followed, because a mounted folder may consist of links; but a link must not leave
    // the folder.
    const path = realpathSync(join(folder, file));
    if (!path.startsWith(`${realpathSync(folder)}${sep}`)) return problem('this is a link out of the folder');
    const stats = statSync(path);
    const { size } = stats;
    if (!stats.isFile()) return problem('expected a file');
    if (size > templateLimit) return problem(`the file has ${size} bytes; at most ${templateLimit} are read`);
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    return problem(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
