/**
 * Owns the page of a release. It shows what the API answers to the same reader; its forms give the
 * commands of the API. How it looks is in src/web.
 */
import type { ReleasePage } from '../../contracts/page-view-release';
import type { Actor, ProcessFacts } from '../../domain';
import { mayOverride } from '../../domain/engine/commands/votes';
import { mayGive } from '../admission/permit';
import { rightsOf, whyNot } from '../admission/rights';
import type { Call, Route, Shared } from '../http/route';
import { accountOf } from '../present/account';
import { directoryFor } from '../present/directory-for';
import { withFreezes } from '../present/freezes-shown';
import { forPages, pageAnswer } from '../present/html-page';
import { pageBase } from '../present/page-base';
import { actorOf, checkSeen } from '../present/readers';
import { shownProcess } from '../present/shown';
import { timeLineOf } from '../present/time-line';
import { idOf } from './process-id';

export function releasePageRoutes(shared: Shared): Route[] {
  return [
    {
      method: 'get',
      path: '/releases/:id',
      name: 'show-release',
      needs: 'viewer',
      about: 'the page of a release: windows on a line, the checklist, checks, gates, what moves with the target',
      ...forPages,
      problems: ['not-found', 'restricted', 'unreadable'],
      handle: async (call) => pageAnswer(await releaseOf(shared, call)),
    },
  ];
}

async function releaseOf(shared: Shared, call: Call): Promise<ReleasePage> {
  const { facts, timeline } = await shared.store.account(idOf('release', call));
  const reader = await actorOf(shared, call.principal);
  checkSeen(facts, reader);
  const now = shared.clock();
  const directory = await directoryFor(shared, [facts]);
  const release = withFreezes(shared, shownProcess(facts, directory, now), now);
  return {
    ...pageBase(shared, call, Object.values(facts.roles)),
    page: 'release',
    release,
    ...accountOf(call, facts, timeline, directory.people),
    line: timeLineOf(shared, release, now),
    rights: await rightsOf(shared, call, facts),
    overrides: await overridesOf(shared, call, facts, reader),
  };
}

// Of a template that has changed since, nobody knows here whom the gates let through: the rules
// say.
async function overridesOf(
  shared: Shared,
  call: Call,
  facts: ProcessFacts,
  reader: Actor,
): Promise<ReleasePage['overrides']> {
  const right = whyNot(await mayGive(shared, 'decide', call, facts, { decision: 'override' }));
  const { name, hash } = facts.template;
  const template = shared.config.templates.find((one) => one.name === name && one.hash === hash);
  return Object.fromEntries(
    facts.gates.map(({ id }) => {
      const gate = template?.compiled.gates.find((one) => one.id === id);
      // Where nobody signs in, the reader is whoever they say.
      const isBarred = gate !== undefined && call.principal.via !== 'loopback' && !mayOverride(gate, reader);
      const barred = isBarred ? `it takes ${gate.override.join(', ') || 'a role, and the template names none'}` : null;
      return [id, right ?? barred] as const;
    }),
  );
}
