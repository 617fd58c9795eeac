import { z } from 'zod';
import { modelNameSchema, modelVersionSchema } from '@switchyard/model-registry';
import { pipelineSchema, trainingJobSchema } from './pipeline.js';

export const RUN_STATUSES = ['queued', 'running', 'succeeded', 'rejected', 'failed', 'canceled'] as const;

/** `runs/<id>/run.json`: one execution of a pipeline, rewritten as it goes on. `rejected` means the gate held. */
export const runRecordSchema = z.object({
  id: z.string(),
  pipeline: pipelineSchema,
  trigger: trainingJobSchema.shape.trigger,
  requestedBy: z.string(),
  status: z.enum(RUN_STATUSES),
  step: z.string(),
  model: modelNameSchema,
  version: modelVersionSchema.nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** Why it ended as it did, a full sentence. */
  reason: z.string().nullable(),
  curve: z.array(z.record(z.string(), z.number().nullable())),
  evaluation: z.object({
    rows: z.number(), accuracy: z.number(), precision: z.number(), recall: z.number(), f1: z.number(), confusion: z.array(z.array(z.number())),
  }).nullable(),
});

export type RunRecord = z.infer<typeof runRecordSchema>;
