/**
 * Owns what a page links to. What people and tools wrote leads out only by http and https, and
 * anything else is shown as the text that it is.
 */
import type { ComponentChildren } from 'preact';
import { kindOfId, processIdPattern, processPath } from '../contracts/typed-id';

/** The way from the page to the root of the installation: `../` for each folder, or nothing. */
export interface Rooted {
  readonly root: string;
}

/** A link to an incident or a release. */
export function ProcessLink({ id, root, children }: Rooted & { readonly id: string; children?: ComponentChildren }) {
  return <a href={`${root}${processPath(kindOfId(id), id)}`}>{children ?? id}</a>;
}

/** A link to where somebody else wrote: a process id or a web address. Else its text alone. */
export function OutsideLink({
  to,
  title,
  root,
}: Rooted & { readonly to: string; readonly title?: string | undefined }) {
  const words = title === undefined || title === '' ? to : title;
  if (processIdPattern.test(to))
    return (
      <ProcessLink id={to} root={root}>
        {words}
      </ProcessLink>
    );
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
