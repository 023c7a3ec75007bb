/**
 * Owns the choice between an installation's own words and the built-in words: when a template fails
 * on a text, the built-in text takes its place with a warning, so that no message is lost. Knows
 * nothing of files.
 */
import { bodyOf, reportMarkdown, textOf, type MessageFields, type ReportView, type SendRequest } from '../domain';
import { compile, type Compiled } from './liquid';
import { samples } from './samples';

/**
 * The texts that an installation may override: the body of alerts and of notices about releases,
 * public messages, the Markdown of reports.
 */
export const templateNames = Object.keys(samples) as TemplateName[];
export type TemplateName = keyof typeof samples;
type Render = (model: object) => string;
/** The templates that the installation has. */
export type MessageTemplates = Readonly<Partial<Record<TemplateName, Render>>>;

/**
 * What the words of a message are made from. A message of an older version has no fields and keeps
 * its text.
 */
export type Wordless = Pick<SendRequest, 'key' | 'text'> & { readonly fields?: MessageFields };
export interface Words {
  /** The text of a message. */
  message(request: Wordless): string;
  /** The Markdown of a report. */
  report(report: ReportView): string;
}

/** Reads a template and tries it on its samples. */
export function compileMessageTemplate(name: TemplateName, source: string): Compiled {
  return compile(
    source,
    samples[name].map((sample) => ({ ...sample, builtin: 'the built-in text' })),
  );
}

/**
 * The words by `templates`, else the built-in words. `warn` hears of every template that failed on
 * a text.
 */
export function createWords(
  templates: MessageTemplates,
  warn: (message: string, fields: Record<string, unknown>) => void,
): Words {
  const rendered = (name: TemplateName, about: string, model: object): string | undefined => {
    try {
      return templates[name]?.(model);
    } catch (error) {
      warn(`messages/${name}.liquid failed; the built-in text is used instead`, {
        about,
        because: error instanceof Error ? error.message : String(error),
      });
      return undefined;
    }
  };
  return {
    message: ({ key, text, fields }) => {
      if (fields === undefined) return text;
      const name = fields.public
        ? 'public-update'
        : fields.process.kind === 'incident'
          ? 'incident-alert'
          : 'release-notice';
      if (!templates[name]) return text;
      const body = rendered(name, key, { ...fields, builtin: bodyOf(fields) });
      return body === undefined ? text : textOf(fields, body);
    },
    report: (report) => {
      const builtin = reportMarkdown(report);
      const own = templates.report && rendered('report', report.summary.id, { ...report, builtin });
      return own === undefined ? builtin : `${own}\n`;
    },
  };
}
