/** Owns the list of pages: for each model its title, its address, and the part that shows it. */
import type { ComponentChildren } from 'preact';
import { queryOf } from '../contracts/entry-kinds';
import type { PageModel } from '../contracts/page-view';
import { processPath } from '../contracts/typed-id';
import { Frame } from './frame';
import { History } from './history-page';
import { Incident } from './incident-page';
import { Now } from './now-page';
import { OnCall } from './on-call-page';
import { Rehearse } from './rehearse-page';
import { Release } from './release-page';
import { Settings } from './settings-page';

interface Shown {
  readonly model: PageModel;
  /** What a script alone knows: see Frame. */
  readonly standing?: ComponentChildren;
  readonly zones?: ComponentChildren;
}

/** The page with the ways to the others around it. */
export function Page({ model, standing, zones }: Shown) {
  return (
    <Frame clock={model} reader={model.reader} path={pathOf(model)} standing={standing} zones={zones}>
      <Content model={model} />
    </Frame>
  );
}

function Content({ model }: { readonly model: PageModel }) {
  switch (model.page) {
    case 'now':
      return <Now page={model} />;
    case 'incident':
      return <Incident page={model} />;
    case 'on-call':
      return <OnCall page={model} />;
    case 'rehearse':
      return <Rehearse page={model} />;
    case 'release':
      return <Release page={model} />;
    case 'history':
      return <History page={model} />;
    case 'settings':
      return <Settings page={model} />;
  }
}

/** What the window says. */
export function titleOf(model: PageModel): string {
  switch (model.page) {
    case 'now':
      return model.incidents.length === 0 ? 'Muster' : `${model.incidents.length} open · Muster`;
    case 'incident': {
      const { id, severity, title } = model.incident;
      return `${severity} ${title} · ${id}`;
    }
    case 'on-call':
      return 'On call · Muster';
    case 'rehearse':
      return 'Rehearse · Muster';
    case 'release':
      return `${model.release.title} · ${model.release.id}`;
    case 'history':
      return model.shown.show === 'ended' ? 'History · Muster' : 'Action items · Muster';
    case 'settings':
      return 'Settings · Muster';
  }
}

/** The address of the page, from the root of the installation. */
export function pathOf(model: PageModel): string {
  switch (model.page) {
    case 'now':
      return '';
    case 'incident':
      return `${processPath('incident', model.incident.id)}${queryOf(model.filter)}`;
    case 'on-call':
    case 'rehearse':
    case 'settings':
      return model.page;
    case 'release':
      return `${processPath('release', model.release.id)}${queryOf(model.filter)}`;
    case 'history':
      return model.path;
  }
}

/** What of the stream of events makes the page anew; undefined: nothing does. */
export function followedBy(model: PageModel): { readonly process?: string } | undefined {
  switch (model.page) {
    case 'now':
      return {};
    case 'incident':
      return { process: model.incident.id };
    case 'on-call':
    case 'rehearse':
      return undefined;
    case 'release':
      return { process: model.release.id };
    case 'history':
    case 'settings':
      return undefined;
  }
}
