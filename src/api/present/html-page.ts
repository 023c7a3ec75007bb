/**
 * Owns the frame of the small pages that need no script: their head, and how text stands in them.
 */
import type { Answer } from '../http/route';

/** A page with `content`, which is HTML. */
export function htmlPage(content: string, status = 200, headers: Readonly<Record<string, string>> = {}): Answer {
  const head =
    '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>Muster</title>';
  return {
    status,
    headers,
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><head>${head}</head><body><main>${content}</main></body></html>`,
  };
}

/** `text` as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
