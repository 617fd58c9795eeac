import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEY_BITS = 2_048;
const ALT_NAME_DNS = 2;
const ALT_NAME_IP = 7;

/** PEM, as `node:tls` takes them. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  readonly hosts?: readonly string[];
  readonly addresses?: readonly string[];
  /** In milliseconds since 1970; a day from now unless stated. */
  readonly validUntilMs?: number;
}

/** An authority of one test's own: its certificate, for those who are to trust it, and certificates for servers. */
export class TestAuthority {
  readonly #keys = newKeys();
  readonly cert: string;

  /** @param name as its certificates name their issuer */
  constructor(readonly name: string) {
    const extensions = [{ name: 'basicConstraints', cA: true, critical: true }, { name: 'keyUsage', keyCertSign: true, critical: true }];
    this.cert = this.#sign({ subject: name, publicKey: this.#keys.publicKey, validUntilMs: Date.now() + DAY_MS, extensions });
  }

  issue({ hosts = [], addresses = [], validUntilMs = Date.now() + DAY_MS }: CertificateOptions): TestCertificate {
    const { publicKey, privateKey } = newKeys();
    const altNames = [...hosts.map((value) => ({ type: ALT_NAME_DNS, value })), ...addresses.map((ip) => ({ type: ALT_NAME_IP, ip }))];
    const extensions = [{ name: 'basicConstraints', cA: false }, { name: 'subjectAltName', altNames }];
    return { cert: this.#sign({ subject: 'test server', publicKey, validUntilMs, extensions }), key: forge.pki.privateKeyToPem(privateKey) };
  }

  #sign({ subject, publicKey, validUntilMs, extensions }: { subject: string; publicKey: forge.pki.rsa.PublicKey; validUntilMs: number; extensions: object[] }): string {
    const certificate = forge.pki.createCertificate();
    certificate.publicKey = publicKey;
    certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
    certificate.validity.notBefore = new Date(Math.min(Date.now(), validUntilMs) - DAY_MS);
    certificate.validity.notAfter = new Date(validUntilMs);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: this.name }]);
    certificate.setExtensions(extensions);
    certificate.sign(this.#keys.privateKey, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  }
}

/** By Node, which makes them a hundred times as fast as they can be made in JavaScript. */
function newKeys(): forge.pki.rsa.KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: KEY_BITS, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  return { publicKey: forge.pki.publicKeyFromPem(publicKey), privateKey: forge.pki.privateKeyFromPem(privateKey) };
}
