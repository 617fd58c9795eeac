import { isIP } from 'node:net';
import { ServingError } from '@switchyard/errors';
import type { AllowList } from './allow-list.js';
import { isPublicAddress } from './is-public-address.js';
import type { ResolveHost } from './resolve-host.js';

const MAX_URL_LENGTH = 2_048;
const SHOWN_LENGTH = 100;

export interface TargetPolicyOptions {
  /** Hosts beside those of the list too, as long as their addresses are public. */
  readonly allowAnyPublicHost: boolean;
  readonly allowList: AllowList;
  readonly resolve: ResolveHost;
}

/** Which URLs may be fetched, and which addresses connected to. */
export class TargetPolicy {
  readonly #options: TargetPolicyOptions;

  constructor(options: TargetPolicyOptions) {
    this.#options = options;
  }

  /**
   * Parses a URL, or the target of a redirect as its `Location` has it, and checks all that can be known without asking a name server.
   * @throws ServingError `invalid-input` for anything but http(s) without credentials to a host that may be asked.
   */
  parse(text: string, base?: URL): URL {
    if (text.length > MAX_URL_LENGTH) throw new ServingError('invalid-input', `The URL has ${text.length} characters; at most ${MAX_URL_LENGTH} are accepted.`);
    if (!URL.canParse(text, base?.href)) throw new ServingError('invalid-input', `"${shown(text)}" is no URL; one as "https://example.com/dog.jpg" is expected.`);
    const url = new URL(text, base);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new ServingError('invalid-input', `The URL begins with "${shown(url.protocol)}"; "http:" or "https:" is expected.`);
    if (url.username !== '' || url.password !== '') throw new ServingError('invalid-input', 'The URL holds a user name or a password; neither is accepted.');
    this.#assertHost(hostOf(url));
    return url;
  }

  /**
   * The addresses of a host that may be connected to: each of them is checked, and it is these that the caller connects to, so that a name
   * that answers otherwise a moment later (DNS rebinding) changes nothing.
   * @throws ServingError `invalid-input` when the host is not found, or any of its addresses must not be reached.
   */
  async addressesOf(name: string): Promise<readonly string[]> {
    const addresses = await this.#options.resolve(name).catch((cause: unknown) => {
      throw new ServingError('invalid-input', `The host "${shown(name)}" of the URL cannot be found.`, { cause });
    });
    if (addresses.length > 0 && addresses.every((address) => this.#mayReach(address))) return addresses;
    throw refused(name);
  }

  /** An address in the URL itself is connected to without a look-up, so it is checked here. */
  #assertHost(host: string): void {
    const { allowAnyPublicHost, allowList } = this.#options;
    if (isIP(host) === 0 ? allowAnyPublicHost || allowList.hasHost(host) : allowList.hasAddress(host) || (allowAnyPublicHost && isPublicAddress(host))) return;
    throw refused(host);
  }

  #mayReach(address: string): boolean {
    return isPublicAddress(address) || this.#options.allowList.hasAddress(address);
  }
}

/** As names are compared and addresses written: without brackets and without the root's dot. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

/** Says nothing of what the name resolved to: strangers are not to map a private network with it. */
function refused(host: string): ServingError {
  return new ServingError('invalid-input', `URLs at "${shown(host)}" are not fetched here; a public host that the server's operator allows is expected.`);
}

function shown(text: string): string {
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH)}…`;
}
