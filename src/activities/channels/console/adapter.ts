/**
 * The console channel prints one line per message on the worker, for first trials of Muster and for
 * logs that somebody watches.
 */
import type { Deliverer } from '../../channel';

/** `print` takes one line without a line break; `clock` gives epoch ms. */
export function consoleChannel(print: (line: string) => void, clock: () => number): Deliverer {
  return {
    readByOthers: true,
    deliver: ({ request }) => {
      print(printable(`${request.kind} ${request.recipient}: ${request.text}`));
      return Promise.resolve({ status: 'delivered', at: clock() });
    },
  };
}

/** Titles come from anywhere: control characters could forge lines or drive the terminal. */
function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/\s*\n\s*/g, ' | ').replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}
