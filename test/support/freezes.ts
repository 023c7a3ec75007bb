/** The shipped configuration with freezes, as though freezes.yaml had them. */
import { freezesShape } from '../../src/config/files/freeze-shapes';
import { type Config } from '../../src/config/loaded';

/** `freezes`: as in the file. */
export function withFreezes(config: Config, freezes: Record<string, object>): Config {
  return { ...config, freezes: freezesShape.parse({ freezes }) };
}

/** Today in the stories of the tests (7 December 2026), and the end of the year. */
export const twoFreezes = {
  audit: {
    title: 'The auditors are here',
    from: '2026-12-07',
    to: '2026-12-08T12:00',
    allow: { roles: ['vp-engineering'] },
  },
  'year-end': {
    title: 'The books are closed',
    yearly: { from: '12-20', to: '01-02' },
    'exempt-templates': ['hotfix'],
  },
};
