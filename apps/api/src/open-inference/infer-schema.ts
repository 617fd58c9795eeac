import type { ApiBody } from '@nestjs/swagger';

/** How the protocol calls an element type. */
export const DATATYPE = { type: 'string', enum: ['BOOL', 'UINT8', 'UINT16', 'UINT32', 'UINT64', 'INT8', 'INT16', 'INT32', 'INT64', 'FP16', 'FP32', 'FP64', 'BYTES'] };

/** The body of an inference request, for OpenAPI. */
export const INFER_SCHEMA: Parameters<typeof ApiBody>[0] = {
  schema: {
    type: 'object',
    required: ['inputs'],
    properties: {
      id: { type: 'string' },
      parameters: { type: 'object', properties: { priority: { type: 'integer' }, timeout: { type: 'integer', description: 'microseconds' }, binary_data_output: { type: 'boolean' } } },
      inputs: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name', 'shape', 'datatype'],
          properties: {
            name: { type: 'string' },
            shape: { type: 'array', items: { type: 'integer', minimum: 0 } },
            datatype: DATATYPE,
            parameters: { type: 'object', properties: { binary_data_size: { type: 'integer' } } },
            data: { type: 'array', items: {} },
          },
        },
      },
      outputs: {
        type: 'array',
        items: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, parameters: { type: 'object', properties: { binary_data: { type: 'boolean' }, classification: { type: 'integer' } } } },
        },
      },
    },
    example: { inputs: [{ name: 'features', shape: [1, 2], datatype: 'FP32', data: [1.5, 2.3] }] },
  },
};
