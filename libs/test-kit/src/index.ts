export { ManualClock } from '@switchyard/clock';
export { TestAuthority, type CertificateOptions, type TestCertificate } from './test-authority.js';
export { describeWith } from './describe-with.js';
export { startTestStack, type TestStack, type TestStackOptions } from './test-stack.js';
export { testMinio, type NoTestMinio, type TestMinio } from './test-minio.js';
export { testPython, type NoTestPython, type TestPython } from './test-python.js';
export { testRedis, type TestRedis } from './test-redis.js';
export { until } from './until.js';
