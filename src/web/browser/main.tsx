/**
 * Owns the start of the script of the pages: takes over the page that the server made, from the
 * model in it.
 */
import { hydrate } from 'preact';
import type { PageModel } from '../../contracts/page-view';
import { LivePage } from './live-page';

const page = document.getElementById('page');
const model = document.getElementById('model')?.textContent;
if (page && model) {
  // The server made both, in one answer.
  const first = JSON.parse(model) as PageModel;
  hydrate(<LivePage first={first} root={page.dataset['root'] ?? ''} />, page);
}
