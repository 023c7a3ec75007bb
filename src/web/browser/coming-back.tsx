/** Owns whether a page that nothing keeps up to date is made anew when its reader comes back. */
import type { PageModel } from '../../contracts/page-view';
import type { TemplateRow } from '../../contracts/configuration-view';
import { send } from './sending';

/**
 * Whether the page would say the same again for work that is limited: a rehearsal under the same
 * policy. Whoever wants it of this moment asks again. Without an answer the page stays too, as old
 * as it says.
 */
export async function isAsBefore(model: PageModel, root: string): Promise<boolean> {
  if (model.page !== 'rehearse') return false;
  const answer = await send({ method: 'GET', path: 'v1/templates' }, { root, onTry: () => undefined });
  if (!answer.ok) return true;
  const { items } = answer.body as { readonly items: readonly Pick<TemplateRow, 'hash'>[] };
  return items.map(({ hash }) => hash).join() === model.policies.join();
}
