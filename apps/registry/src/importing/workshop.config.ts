/** Which kernels TensorFlow runs: a model is tried on those on which it will be served. */
const KERNELS = 'TF_ENABLE_ONEDNN_OPTS';

const { [KERNELS]: kernels } = process.env;

/** All that the process of an import's step finds in its environment. TensorFlow's notes on the processor are no reason for anything. */
export const WORKSHOP_ENVIRONMENT: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  TF_CPP_MIN_LOG_LEVEL: '2',
  ...(kernels === undefined ? {} : { [KERNELS]: kernels }),
};
