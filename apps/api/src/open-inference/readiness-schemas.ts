const TEXT = { type: 'string' } as const;

/** What the OpenAPI document says of the answer that something is ready. */
export const READY = { description: 'Ready', schema: { type: 'object', required: ['ready'], properties: { ready: { type: 'boolean', enum: [true] }, name: TEXT } } };
/** And that it is not: the state itself, or why it cannot be told. */
export const NOT_READY = { description: 'Not ready', schema: { type: 'object', properties: { ready: { type: 'boolean', enum: [false] }, name: TEXT, error: TEXT } } };
