/** Owns what a running API says of itself: its document, and the words of all that can be read. */
import { Pool } from './from-schema';
import type { ApiDocument } from './requests';

/** `who`: the headers by which all may be read. `ids`: of processes, and tokens of links. */
export async function hear(url: string, who: Readonly<Record<string, string>>, ids: readonly string[]) {
  const pool = new Pool();
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(url + path, { headers: who });
    return answer.ok && /json/.test(answer.headers.get('content-type') ?? '') ? await answer.json() : {};
  };
  const document = (await get('/openapi.json')) as ApiDocument;
  for (const id of ids) pool.add(kindOf(id), id);
  for (const path of Object.keys(document.paths)) {
    if (!('get' in document.paths[path]!) || /ack|openapi|metrics|stream/.test(path)) continue;
    for (const id of ids)
      if (path.includes('{id}') && kindOf(id) !== 'token') pool.hear(await get(path.replace('{id}', id)));
    if (!path.includes('{')) pool.hear(await get(path));
  }
  return { pool, document };
}

function kindOf(id: string): 'incident' | 'release' | 'token' {
  return id.startsWith('INC') ? 'incident' : id.startsWith('REL') ? 'release' : 'token';
}
