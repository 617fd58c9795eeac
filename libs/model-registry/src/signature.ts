import { z } from 'zod';
import { DTYPES } from '@switchyard/tensor';

/** Dimension 0 counts rows and is -1; any other -1 is a size the model leaves open. */
export const tensorSpecSchema = z.object({
  name: z.string().min(1).max(256),
  dtype: z.enum(DTYPES),
  shape: z.array(z.number().int().min(-1)).min(1).max(8),
  /** NaN and infinities are refused before they reach a queue. */
  finite: z.boolean().default(false),
});

export const signatureSchema = z.object({
  inputs: z.array(tensorSpecSchema).min(1),
  outputs: z.array(tensorSpecSchema).min(1),
});

export type TensorSpec = z.infer<typeof tensorSpecSchema>;

/** What a model takes and gives, by name; requests are validated against it before they may queue. */
export type Signature = z.infer<typeof signatureSchema>;
