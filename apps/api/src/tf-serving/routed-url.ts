const TF_SERVING_PATH = /^\/v1\//i;

/**
 * The URL that routing sees: paths of TF Serving's mean the same in any case (`/V1/Models/…:Predict`), so they are routed in lower case.
 * The routes' handlers read the names they hold from the URL as it came.
 */
export function routedUrl(url: string): string {
  return TF_SERVING_PATH.test(url) ? url.toLowerCase() : url;
}
