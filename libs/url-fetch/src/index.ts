export { parseAllowList, type AllowList } from './allow-list.js';
export { createHostResolver, type ResolveHost } from './resolve-host.js';
export { UrlFetcher, type FetchedFile, type UrlFetcherOptions } from './url-fetcher.js';
