/** Owns the files that pages load, by name. */
import { assetCalled, assetNames } from '../present/assets';
import { ApiProblem } from '../http/problem';
import type { Route } from '../http/route';

export function assetRoutes(): Route[] {
  return [
    {
      method: 'get',
      path: '/assets/:name',
      name: 'page-asset',
      needs: 'anyone',
      about: 'a file that the pages load: styles, script, icon, manifest',
      anyQuery: true,
      success: { status: 200, about: 'the file', types: [...new Set(Object.values(assetNames))] },
      problems: ['not-found'],
      handle: ({ request, params }) => {
        const asset = assetCalled(params['name'] ?? '');
        if (asset === undefined) throw new ApiProblem('not-found', `pages load no ${params['name']}`);
        const isSmaller = request.acceptsEncodings('gzip') === 'gzip';
        return {
          body: isSmaller ? asset.compressed : asset.content,
          type: asset.type,
          headers: {
            Vary: 'Accept-Encoding',
            'Cache-Control': request.query['v'] === asset.version ? 'public, max-age=31536000, immutable' : 'no-cache',
            ...(isSmaller ? { 'Content-Encoding': 'gzip' } : {}),
          },
        };
      },
    },
  ];
}
