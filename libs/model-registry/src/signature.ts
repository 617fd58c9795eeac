import { z } from 'zod';
import { DTYPES } from '@switchyard/tensor';

/** Dimensions of a tensor, at most: more than any known model has, and few enough for every wire format. */
export const MAX_RANK = 8;

/** Dimension 0 counts rows and is -1; any other -1 is a size the model leaves open. */
export const tensorSpecSchema = z
  .object({
    name: z.string().min(1).max(256),
    dtype: z.enum(DTYPES),
    shape: z.array(z.number().int().min(-1)).min(1).max(MAX_RANK),
    /** The model leaves open how many dimensions follow the rows, and their sizes: `shape` is `[-1]` then, and stands for any. */
    openRank: z.boolean().optional(),
    /** NaN and infinities are refused before they reach a queue. */
    finite: z.boolean().default(false),
  })
  .refine(({ openRank, shape }) => openRank !== true || (shape.length === 1 && shape[0] === -1), {
    error: 'a tensor of open rank has the shape [-1]: only its rows are known',
    path: ['shape'],
  });

export const signatureSchema = z.object({
  inputs: z.array(tensorSpecSchema).min(1),
  outputs: z.array(tensorSpecSchema).min(1),
});

export type TensorSpec = z.infer<typeof tensorSpecSchema>;

/** What a model takes and gives, by name; requests are validated against it before they may queue. */
export type Signature = z.infer<typeof signatureSchema>;
