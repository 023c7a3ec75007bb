/**
 * Owns what a page links to. What people and tools wrote leads out only by http and https, and
 * anything else is shown as the text that it is.
 */
import type { ComponentChildren } from 'preact';
import { kindOfId, processIdPattern, processPath } from '../contracts/typed-id';
import { useRoot } from './around';

/** A link to an incident or a release; to `part` of its page, if one is given. */
export function ProcessLink({ id, part, children }: ToProcess) {
  const path = processPath(kindOfId(id), id);
  return <a href={`${useRoot()}${path}${part === undefined ? '' : `#${part}`}`}>{children ?? id}</a>;
}
interface ToProcess {
  readonly id: string;
  readonly part?: string | undefined;
  readonly children?: ComponentChildren;
}

/** A link within Muster; `to` from the root of the installation, `` is Now. */
export function Way({ to, isHere, children }: To) {
  // An empty address would be that of the page, with its query.
  return (
    <a href={`${useRoot()}${to}` || './'} aria-current={isHere ? 'page' : undefined}>
      {children}
    </a>
  );
}
interface To {
  readonly to: string;
  /** It leads to the page on which it stands. */
  readonly isHere?: boolean;
  readonly children: ComponentChildren;
}

/** A link to where somebody else wrote: a process id or a web address. Else its text alone. */
export function OutsideLink({ to, title }: { readonly to: string; readonly title?: string | undefined }) {
  const words = title === undefined || title === '' ? to : title;
  if (processIdPattern.test(to)) return <ProcessLink id={to}>{words}</ProcessLink>;
  if (!isWebAddress(to)) return <span>{words === to ? to : `${words}: ${to}`}</span>;
  return (
    <a href={to} rel="noopener noreferrer">
      {words}
    </a>
  );
}

// Browsers skip spaces and control characters in an address, so `java\nscript:` is one too.
function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(text) && URL.canParse(text);
}
