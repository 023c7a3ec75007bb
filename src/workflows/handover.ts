/**
 * Owns when a run hands over to a fresh run (continue-as-new): when the hand-over is due, and when
 * it is safe. Knows nothing of what is carried over.
 */
import { allHandlersFinished, condition, defineSignal, setHandler, sleep, workflowInfo } from '@temporalio/workflow';

/** Asks for a hand-over soon: the next run is written under the key that writes now. */
export const handOverSignal = defineSignal('hand-over');

/** For tests, which cannot wait for the 4,096 events of the server's own suggestion. */
export interface RunOptions {
  /** Hand over once the history holds this many events. */
  readonly continueAfterEvents?: number;
}

/**
 * For a workflow that lives for ever: hands over long before the server suggests it. After a
 * restart whoever asks waits until the history was replayed.
 */
export const shortRuns: RunOptions = { continueAfterEvents: 2_000 };

/** How long (in events) a due hand-over waits for a moment at which no activity runs. */
const patienceInEvents = 1_000;

/**
 * How many more answers an allocator gives while it waits for a quiet moment: the server takes
 * 2,000 Updates a run and suggests continue-as-new at 1,800.
 */
const patienceInAnswers = 100;
/**
 * How long a moment without Updates counts as quiet: a busy client would have asked again by then.
 */
const quietMs = 1_000;

export class Handover {
  private lengthAtLastAnswer = -1;
  private answers = 0;
  private lengthWhenDue: number | undefined;
  private asked = false;

  /** `heard` is called when somebody asks for a hand-over. */
  constructor(
    private readonly options: RunOptions = {},
    heard: () => void = () => undefined,
  ) {
    setHandler(handOverSignal, () => {
      this.asked = true;
      heard();
    });
  }

  /** Every Update handler has to call this. */
  answered(): void {
    this.lengthAtLastAnswer = workflowInfo().historyLength;
    this.answers += 1;
  }

  /**
   * True when the run should hand over now. `quiet`: no activity runs. An activity in flight loses
   * its completion and has to be started again under its key, so a due hand-over waits for a quiet
   * moment, but not for ever.
   */
  isDue(quiet: boolean): boolean {
    const { continueAsNewSuggested, historyLength } = workflowInfo();
    const isLong = continueAsNewSuggested || historyLength >= (this.options.continueAfterEvents ?? Infinity);
    if (!isLong && !this.asked) return false;
    this.lengthWhenDue ??= historyLength;
    return quiet || historyLength > this.lengthWhenDue + patienceInEvents;
  }

  /**
   * What the next run has to be told of the memo: nothing, because Temporal hands it over by
   * itself. Only where a hand-over was asked for is the memo written anew, under the key of now.
   */
  memo(): { readonly memo?: Record<string, unknown> } {
    return this.asked ? { memo: { ...workflowInfo().memo } } : {};
  }

  /**
   * Resolves when no Update has arrived for a second. An Update that meets a hand-over is turned
   * away, and its client waits two seconds before it asks again. Only for workflows that wait for
   * nothing but Updates: the wait delays everything else that is due.
   */
  async quietMoment(): Promise<void> {
    const limit = this.answers + patienceInAnswers;
    for (let seen = -1; seen !== this.answers && this.answers < limit;) {
      seen = this.answers;
      await condition(() => this.answers >= limit, quietMs);
    }
  }

  /**
   * Resolves in a workflow task that answers no Update: a hand-over in the same task can lose the
   * answer.
   */
  async safeMoment(): Promise<void> {
    await condition(allHandlersFinished);
    while (workflowInfo().historyLength === this.lengthAtLastAnswer) await sleep(1);
  }
}
