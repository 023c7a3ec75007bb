/**
 * Owns the model that a template of the installation gets of a message: the facts, with phrases as
 * text and instants as the reader's clock shows them. Knows no template.
 */
import { bodyOf, written, type MessageFields, type Show } from '../domain';

/** An instant that a template may print unchanged, or give to the filter `date`. */
export class ShownInstant extends Date {
  readonly #show: Show;

  constructor(at: string, show: Show) {
    super(at);
    this.#show = show;
  }

  override toString(): string {
    return this.#show(this.getTime());
  }
}

/** The model of a message; docs/messages.md lists the fields. */
export function messageModel(fields: MessageFields, show: Show): object {
  const instant = (at: string | null) => (at === null ? null : new ShownInstant(at, show));
  const common = { builtin: bodyOf(fields, show), nextUpdateAt: instant(fields.nextUpdateAt) };
  if (fields.public) return { ...fields, text: written(fields.text, show), ...common };
  const { startedAt, targetAt, deployedAt } = fields.process;
  return {
    ...fields,
    head: written(fields.head, show),
    why: written(fields.why, show),
    notes: fields.notes.map(({ label, text }) => ({ label, text: written(text, show) })),
    process: {
      ...fields.process,
      startedAt: instant(startedAt),
      targetAt: instant(targetAt),
      deployedAt: instant(deployedAt),
    },
    ...common,
  };
}
