/** Owns the published JSON Schemas, generated from the shapes in the form that editors read. */
import { z } from 'zod';
import { rehearsalShape } from './rehearsals';
import { accessShape } from '../files/access-shapes';
import { alertsShape } from '../files/alert-shapes';
import { freezesShape } from '../files/freeze-shapes';
import { fileShapes, templateShape } from '../files/shapes';

/**
 * The schema of each configuration file, by file name without ending; `template` for all of
 * templates/, `rehearsal` for all of rehearsals/.
 */
export function jsonSchemas(): Record<string, unknown> {
  const shapes = {
    template: templateShape,
    rehearsal: rehearsalShape,
    alerts: alertsShape,
    freezes: freezesShape,
    access: accessShape,
    ...fileShapes,
  };
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      z.toJSONSchema(shape, {
        io: 'input',
        unrepresentable: 'any',
        override: ({ zodSchema, jsonSchema }) => {
          if (zodSchema._zod.def.type === 'unknown' || zodSchema._zod.def.type === 'pipe')
            Object.assign(
              jsonSchema,
              jsonSchema.type === undefined && jsonSchema.anyOf === undefined
                ? { type: 'string', description: 'a duration such as 30s, 5m, 1h30m or 2d' }
                : {},
            );
        },
      }),
    ]),
  );
}
