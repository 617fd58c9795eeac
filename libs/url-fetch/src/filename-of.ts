/** The last part of a URL's path, as a person would write it: `dog.jpg`; empty where the path has none. */
export function filenameOf({ pathname }: URL): string {
  const last = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last; // A "%" that begins no escape is legal in a URL.
  }
}
