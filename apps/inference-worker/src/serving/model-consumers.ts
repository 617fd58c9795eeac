import type { InferenceConsumer, InferenceJob, InferenceReply } from '@switchyard/inference';

/** Takes jobs of every model that has a version ready here, so that no job waits on a worker that cannot run it. */
export class ModelConsumers {
  readonly #stops = new Map<string, () => Promise<void>>();
  #closed = false;

  constructor(
    private readonly consumer: InferenceConsumer,
    private readonly handler: (job: InferenceJob) => Promise<InferenceReply>,
    /** Single-row jobs must be able to fill the batch that runs and the one being assembled. */
    private readonly maxJobs: number,
  ) {}

  follow(models: ReadonlySet<string>): void {
    if (this.#closed) return; // a version that gets ready in the middle of a shutdown
    for (const model of models) {
      if (!this.#stops.has(model)) this.#stops.set(model, this.consumer.consume(model, this.handler, { maxJobs: this.maxJobs }));
    }
    for (const [model, stop] of this.#stops) {
      if (models.has(model)) continue;
      this.#stops.delete(model);
      void stop();
    }
  }

  /** Takes no more jobs and waits for those in hand. */
  async close(): Promise<void> {
    this.#closed = true;
    const stops = [...this.#stops.values()];
    this.#stops.clear();
    await Promise.all(stops.map((stop) => stop()));
  }
}
