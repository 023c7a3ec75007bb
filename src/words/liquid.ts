/**
 * Owns the sandbox in which an installation's own templates are read and rendered: no files, no
 * prototypes, no unknown names, and bounds on time, memory and length. Knows no particular
 * template.
 */
import { Liquid, type Template } from 'liquidjs';
import { asEntry, asParagraphs, formatDuration, oneLine, unknownName } from '../domain';

/** A fault of a template, with its place. */
export interface TemplateFault {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
export type Compiled =
  | { readonly ok: true; readonly render: (model: object) => string }
  | { readonly ok: false; readonly faults: readonly TemplateFault[] };

/** The longest template and the longest rendered text, in characters. */
export const templateLimit = 64 * 1024;
const renderedLimit = 256 * 1024;
// The limit on steps ends a template that runs away. `renderLimit` (ms) counts time on the wall
// clock, which also passes while other programs have the processor, so a busy machine must not come
// near this limit.
const bounds = { parseLimit: templateLimit, renderLimit: 2_000, memoryLimit: 1_000_000 };
const mostSteps = 20_000;

const engine = sandbox();

function sandbox(): Liquid {
  const liquid = new Liquid({
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // Templates are looked up here instead of on the disk, and there are none.
    templates: {},
    timezoneOffset: 0,
    locale: 'en-US',
    ...bounds,
  });
  for (const tag of ['include', 'render', 'layout', 'block']) delete liquid.tags[tag];
  const text = (value: unknown) => {
    if (typeof value === 'string' || value instanceof Date) return String(value);
    return value == null ? '' : JSON.stringify(value);
  };
  liquid.registerFilter('one_line', (value: unknown) => oneLine(text(value)));
  liquid.registerFilter('md_line', (value: unknown) => asEntry(text(value)));
  liquid.registerFilter('md_paragraphs', (value: unknown) => asParagraphs(text(value)));
  liquid.registerFilter('duration', (value: unknown) => (typeof value === 'number' ? formatDuration(value) : ''));
  return liquid;
}

/**
 * Reads a template and tries it on `samples`, which together hold every variable. A variable that
 * no sample has is a fault, and so is a failure on any sample.
 */
export function compile(source: string, samples: readonly object[]): Compiled {
  let template: Template[];
  try {
    template = engine.parse(source);
  } catch (error) {
    return { ok: false, faults: [faultOf(error)] };
  }
  const render = (model: object): string => {
    const rendered: unknown = engine.renderSync(template, model, { templateLimit: mostSteps });
    if (typeof rendered !== 'string' || rendered.trim() === '') throw new Error('it renders nothing');
    if (rendered.length > renderedLimit)
      throw new Error(`it renders ${rendered.length} characters; at most ${renderedLimit} are taken`);
    return rendered.trimEnd();
  };
  const faults = strangers(template, samples);
  for (const sample of faults.length > 0 ? [] : samples) {
    try {
      // Asked of samples only: in a real message the words may be a person's.
      if (render(sample).includes('[object Object]'))
        throw new Error('it prints a whole list or a whole group of facts; print its parts');
    } catch (error) {
      const fault = faultOf(error);
      if (!faults.some(({ message }) => message === fault.message)) faults.push(fault);
      // The template would take as long on each of the other samples.
      if (fault.message.includes('render limit')) break;
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, render };
}

// Finds unknown variables, also in branches that no sample goes through. Faults in the names of
// loops and assignments show when the template is rendered.
function strangers(template: Template[], samples: readonly object[]): TemplateFault[] {
  return Object.values(engine.analyzeSync(template).globals)
    .flat()
    .flatMap(({ segments, location }) => {
      const problems = samples.map((sample) => strangerIn(sample, segments));
      const known = problems.includes(undefined);
      return known ? [] : [{ line: location.row, column: location.col, message: problems[0]! }];
    });
}

function strangerIn(sample: unknown, segments: readonly unknown[]): string | undefined {
  let value = sample;
  for (const segment of segments) {
    // A computed name, or a name below an absent value, cannot be followed.
    if ((typeof segment !== 'string' && typeof segment !== 'number') || value === null) return undefined;
    if (Array.isArray(value)) {
      if (segment === 'size') return undefined;
      value = (value as unknown[])[0] ?? null;
    } else if (typeof value === 'object' && !(value instanceof Date)) {
      const keys = Object.keys(value);
      if (!keys.includes(String(segment)))
        return unknownName('variable', segments.slice(0, segments.indexOf(segment) + 1).join('.'), keys);
      value = (value as Record<string, unknown>)[String(segment)];
    } else
      return segment === 'size'
        ? undefined
        : `${segments.join('.')}: there is nothing below ${value instanceof Date ? 'an instant' : `a ${typeof value}`}`;
  }
  return undefined;
}

function faultOf(error: unknown): TemplateFault {
  const { token, originalError, message } = error as {
    token?: { getPosition?: () => number[] };
    originalError?: Error;
    message: string;
  };
  const [line = 1, column = 1] = token?.getPosition?.() ?? [];
  const words = (originalError?.message ?? message).replace(/(?:, file:[^,]*)?, line:\d+, col:\d+$/, '');
  return { line, column, message: words };
}
