/**
 * Owns the model that a template of the installation gets of a message: the facts, with phrases as
 * text and instants as the reader's clock shows them. Knows no template.
 */
import { readTime } from '../contracts/instant-text';
import { bodyOf, written, type MessageFields, type Show } from '../domain';

/**
 * An instant of the template model. A template may print it, give it to the filter `date`, and
 * compare it with other instants and with texts in RFC 3339. The names of the comparisons are those
 * of LiquidJS.
 */
export class ShownInstant extends Date {
  readonly #show: Show;

  constructor(at: string, show: Show) {
    super(at);
    this.#show = show;
  }

  override toString(): string {
    return this.#show(this.getTime());
  }

  equals(other: unknown): boolean {
    return this.getTime() === instantOf(other);
  }
  gt(other: unknown): boolean {
    return this.getTime() > instantOf(other);
  }
  geq(other: unknown): boolean {
    return this.getTime() >= instantOf(other);
  }
  lt(other: unknown): boolean {
    return this.getTime() < instantOf(other);
  }
  leq(other: unknown): boolean {
    return this.getTime() <= instantOf(other);
  }
}

// Not a number for what is no instant: every comparison with it is false.
function instantOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  const read = typeof value === 'string' ? readTime(value) : undefined;
  return read?.kind === 'instant' ? read.at : NaN;
}

/** The model of a message; docs/messages.md lists the fields. */
export function messageModel(fields: MessageFields, show: Show): object {
  const instant = (at: string | null) => (at === null ? null : new ShownInstant(at, show));
  const common = { builtin: bodyOf(fields, show), nextUpdateAt: instant(fields.nextUpdateAt) };
  if (fields.public) {
    const { public: _, ...facts } = fields;
    return { ...facts, text: written(fields.text, show), ...common };
  }
  const { public: _, ...facts } = fields;
  const { startedAt, targetAt, deployedAt } = facts.process;
  return {
    ...facts,
    head: written(fields.head, show),
    subject: written(fields.subject ?? fields.head, show),
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
