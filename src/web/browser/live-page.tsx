/**
 * Owns a page in a browser: the model that it shows, how that is kept up to date, who acts, and the
 * zone of its clocks.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PageModel } from '../../contracts/page-view';
import type { OpenEvent, ProcessEvent } from '../../contracts/stream-view';
import { ActingContext, NowContext, RootContext, ZoneContext, type Acting } from '../around';
import { followedBy, Page, titleOf } from '../pages';
import { isAsBefore } from './coming-back';
import { useStream } from './following';
import { useKept } from './kept';
import { isBefore, isOther, withEvent } from './merging';
import { send } from './sending';
import { StandingLine } from './standing-line';
import { ZoneChoice } from './zone-choice';

/** A hundred readers of one incident do not all ask at once when somebody takes it. */
const spreadMs = 2_000;

export function LivePage({ first, root }: { readonly first: PageModel; readonly root: string }) {
  const [model, setModel] = useState(first);
  const [heard, setHeard] = useState({ at: first.at, here: performance.now() });
  const [unanswered, setUnanswered] = useState(0);
  const [me, setMe] = useKept('muster.me');
  const [chosen, setZone] = useKept('muster.zone');
  // The first picture is that of the server; only then come the parts that a script makes.
  const [isReady, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const asked = useRef<ReturnType<typeof setTimeout>>(undefined);

  // Two events may come before the page is drawn again.
  const latest = useRef(first);
  const show = (next: PageModel) => {
    latest.current = next;
    setModel(next);
    setHeard({ at: next.at, here: performance.now() });
    document.title = titleOf(next);
  };
  const reload = async () => {
    clearTimeout(asked.current);
    // The address of a page answers its script with the model.
    const address = location.pathname + location.search;
    const answer = await send({ method: 'GET', path: address }, silently);
    // Meanwhile the reader turned to another filter, whose answer is on its way.
    if (!answer.ok || address !== location.pathname + location.search) return;
    const next = answer.body as PageModel;
    // News came while the answer was on its way: it would take them back.
    if (isBefore(next, latest.current)) return reloadSoon();
    show(next);
  };
  const reloadSoon = () => {
    clearTimeout(asked.current);
    asked.current = setTimeout(() => void reload(), Math.random() * spreadMs);
  };

  const followed = followedBy(model);
  const standing = useStream({
    url: followed && `${root}v1/stream${followed.process === undefined ? '' : `?process=${followed.process}`}`,
    onEvent: (name, event, id) => {
      const { at } = event as { at: string };
      setHeard({ at, here: performance.now() });
      if (name === 'open' && (event as OpenEvent).changed.length > 0) reloadSoon();
      // What changed before this connection is not told: the id says that it did.
      else if (name !== 'process' && isOther(latest.current, id)) reloadSoon();
      const merged = name === 'process' ? withEvent(latest.current, event as ProcessEvent) : undefined;
      if (merged) show(merged.next);
      if (merged?.isForReader) reloadSoon();
    },
  });
  useEffect(() => {
    if (followed !== undefined) return;
    const look = async () => {
      if (document.hidden || (await isAsBefore(latest.current, root))) return;
      await reload();
    };
    const onLook = () => void look();
    document.addEventListener('visibilitychange', onLook);
    return () => document.removeEventListener('visibilitychange', onLook);
  }, [followed === undefined]);

  const actor = model.people?.some(({ person }) => person === me) ? me : undefined;
  const acting: Acting = useMemo(
    () => ({
      send: async (request) => {
        const outcome = await send(request, { root, actor, onTry: setUnanswered });
        if (outcome.ok && request.asksOnly !== true && request.method !== 'GET') await reload();
        return outcome;
      },
      me: actor,
      setMe,
      open: (path) => location.assign(`${root}${path}`),
      turnTo: async (path) => {
        const { href, pathname } = new URL(`${root}${path}`, location.href);
        // The answer to a form has another address than the page.
        if (pathname !== location.pathname) return location.assign(href);
        history.replaceState(null, '', href);
        await reload();
      },
      reload,
    }),
    [actor, root],
  );
  const zone = chosen ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  // The rest of the page is made anew only when the model is: the clocks run by themselves.
  const page = useMemo(
    () => (
      <Page
        model={model}
        standing={
          isReady && <StandingLine standing={standing} clock={{ ...model, at: heard.at }} unanswered={unanswered} />
        }
        zones={isReady && <ZoneChoice zone={zone} of={model.zone} onChoice={setZone} />}
      />
    ),
    [model, standing, heard, unanswered, zone, isReady],
  );
  return (
    <RootContext.Provider value={root}>
      <ActingContext.Provider value={isReady ? acting : null}>
        <ZoneContext.Provider value={isReady ? zone : null}>
          <Running from={isReady ? heard : null}>{page}</Running>
        </ZoneContext.Provider>
      </ActingContext.Provider>
    </RootContext.Provider>
  );
}
const silently = { root: '', onTry: () => undefined };

interface Heard {
  readonly at: string;
  /** The same instant on the clock of this browser, which may be wrong by hours but runs evenly. */
  readonly here: number;
}

/** The clock of the page: that of the server, and it goes on. */
function Running({ from, children }: { readonly from: Heard | null; readonly children: ComponentChildren }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const now = from && new Date(Date.parse(from.at) + performance.now() - from.here).toISOString();
  return <NowContext.Provider value={now}>{children}</NowContext.Provider>;
}
