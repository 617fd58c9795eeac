/** What the OpenAPI document says of the simple endpoints' answers; the golden files of `@switchyard/protocol-predict` are such answers. */
const PROBABILITY = { type: 'number', minimum: 0, maximum: 1 };

const PREDICTED_CLASS = {
  type: 'object',
  required: ['class_id', 'label', 'class_name', 'confidence', 'probability', 'confidence_percent'],
  properties: {
    class_id: { type: 'integer', minimum: 0 }, label: { type: 'string' }, class_name: { type: 'string', description: 'The label once more.' },
    confidence: PROBABILITY, probability: { ...PROBABILITY, description: 'The confidence once more.' }, confidence_percent: { type: 'number', minimum: 0, maximum: 100 },
  },
};

/** The answer to one image. */
export const CLASSIFICATION_SCHEMA = {
  type: 'object',
  required: ['success', 'filename', 'original_size', 'preprocessing_time_ms', 'inference_time_ms', 'prediction', 'confidence', 'predictions', 'model'],
  properties: {
    success: { type: 'boolean', enum: [true] },
    filename: { type: 'string', maxLength: 255 },
    original_size: { type: 'string', pattern: '^\\d+x\\d+$', description: 'Width and height in pixels, upright.' },
    preprocessing_time_ms: { type: 'number', minimum: 0 },
    inference_time_ms: { type: 'number', minimum: 0 },
    prediction: { oneOf: [{ type: 'integer' }, { type: 'string' }], description: 'The label of the best class; as a number where it is a whole number.' },
    confidence: PROBABILITY,
    predictions: { type: 'array', minItems: 1, items: PREDICTED_CLASS, description: 'The best classes, the best one first.' },
    probabilities: { type: 'array', items: PROBABILITY, description: 'Of every class, in order; of more than 100 classes only where they are asked for.' },
    model: { type: 'object', required: ['name', 'version'], properties: { name: { type: 'string' }, version: { type: 'string' } } },
  },
};

/** The answer to rows, and to columns, as TF Serving writes it. */
export const ROWS_SCHEMA = { type: 'object', required: ['predictions'], properties: { predictions: { type: 'array', minItems: 1, items: {} } } };
export const COLUMNS_SCHEMA = { type: 'object', required: ['outputs'], properties: { outputs: {} } };

/** Which model, and how much of the answer: in the query of an upload, or beside its file. */
export const MODEL_PARAMETER = { name: 'model', required: false, schema: { type: 'string' }, description: 'Without it, what was sent decides.' } as const;
export const TOP_K_PARAMETER = { name: 'top_k', required: false, schema: { type: 'integer', minimum: 1 }, description: 'For images: so many of the best classes, five unless the server is told otherwise.' } as const;
export const PROBABILITIES_PARAMETER = { name: 'probabilities', required: false, schema: { type: 'boolean' }, description: 'For images: whether the probabilities of all classes are answered.' } as const;
