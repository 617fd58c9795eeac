#!/usr/bin/env node
// @ts-check
/** The second half of `npm run build`, after `tsc -b`. */
import { fileURLToPath } from 'node:url';
import { bundleServices } from './setup/bundle-services.mjs';

await bundleServices(fileURLToPath(new URL('..', import.meta.url)));
