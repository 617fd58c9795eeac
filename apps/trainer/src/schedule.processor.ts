import { Inject } from '@nestjs/common';
import { InjectQueue, OnWorkerEvent, Processor, WorkerHost } from '@nestjs/bullmq';
import type { Job, Queue } from 'bullmq';
import { LOGGER, type Logger } from '@switchyard/service-runtime';
import { TRAINING_QUEUE, newRunId } from '@switchyard/training';
import { enqueueRun } from './run-queue.js';
import { SCHEDULE_QUEUE, type ScheduledRun } from './schedules.js';

/** Turns a schedule that falls due into a run on the training queue, at once, also while another run is being worked on. */
@Processor(SCHEDULE_QUEUE)
export class ScheduleProcessor extends WorkerHost {
  constructor(
    @InjectQueue(TRAINING_QUEUE) private readonly queue: Queue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    super();
  }

  async process(job: Job<ScheduledRun>): Promise<void> {
    const { pipeline } = job.data;
    const asked = newRunId(pipeline, job.timestamp);
    const runId = await enqueueRun(this.queue, { pipeline, trigger: 'schedule', requestedBy: 'schedule', overrides: {} }, asked);
    this.logger.info({ pipeline, runId, alreadyQueued: runId !== asked }, 'training.schedule-due');
  }

  @OnWorkerEvent('error')
  onError(error: Error): void {
    this.logger.warn({ err: error }, 'training.queue-error');
  }
}
