import type { Lifetime } from '@switchyard/service-runtime';
import { UrlFetcher, createHostResolver } from '@switchyard/url-fetch';
import type { ApiConfig } from '../api.config.js';

type UrlFetchConfig = Pick<ApiConfig, 'ALLOW_URL_FETCH' | 'URL_FETCH_ALLOW_LIST' | 'URL_FETCH_TIMEOUT_MS' | 'MAX_UPLOAD_SIZE'>;

/** What fetches images by their URL; null unless the operator switched it on or listed whom it may ask, since it lets strangers make this server send requests. */
export function createUrlFetcher(config: UrlFetchConfig, lifetime: Lifetime): UrlFetcher | null {
  const allowAnyPublicHost = config.ALLOW_URL_FETCH === '1';
  const allowList = config.URL_FETCH_ALLOW_LIST;
  if (!allowAnyPublicHost && allowList.isEmpty) return null;
  return lifetime.own(new UrlFetcher({ allowAnyPublicHost, allowList, resolve: createHostResolver(), maxBytes: config.MAX_UPLOAD_SIZE, timeoutMs: config.URL_FETCH_TIMEOUT_MS }));
}
