/** The body of a call, for the OpenAPI document. */
export const CALL_BODY = {
  schema: {
    type: 'object',
    properties: {
      signature_name: { type: 'string' },
      instances: { type: 'array', items: {} },
      inputs: {},
      examples: { type: 'array', items: { type: 'object' } },
      context: { type: 'object' },
    },
    example: { instances: [[1.5, 2.3]] },
  },
} as const;
