/**
 * Owns the choice between an installation's own words and the built-in words: when a template fails
 * on a text, the built-in text takes its place with a warning, so that no message is lost. Knows
 * nothing of files.
 */
import {
  iso,
  reportMarkdown,
  textOf,
  type MessageContent,
  type ReportClock,
  type ReportView,
  type SendRequest,
  type Show,
} from '../domain';
import { compile, type Compiled } from './liquid';
import { messageModel } from './message-model';
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

/** What the words of a message are made from. A message without facts keeps its text. */
export type Wordless = Pick<SendRequest, 'key'> & MessageContent;
export interface Words {
  /** The text of a message, its instants as `show` writes them. */
  message(request: Wordless, show: Show): string;
  /** The Markdown of a report, its instants on `clock`. */
  report(report: ReportView, clock: ReportClock): string;
}

/** Reads a template and tries it on its samples. */
export function compileMessageTemplate(name: TemplateName, source: string): Compiled {
  return compile(
    source,
    samples[name].map((sample) =>
      'public' in sample ? messageModel(sample, iso) : { ...sample, builtin: 'the built-in text' },
    ),
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
    message: (request, show) => {
      if (request.fields === undefined) return request.text;
      const { key, fields } = request;
      const name = fields.public
        ? 'public-update'
        : fields.process.kind === 'incident'
          ? 'incident-alert'
          : 'release-notice';
      const body = templates[name] && rendered(name, key, messageModel(fields, show));
      return textOf(fields, show, body);
    },
    report: (report, clock) => {
      const builtin = reportMarkdown(report, clock);
      const own = templates.report && rendered('report', report.summary.id, { ...report, builtin });
      return own === undefined ? builtin : `${own}\n`;
    },
  };
}
