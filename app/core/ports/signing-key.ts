/** A private key that signs and is never seen: in a file of this machine, or in a key service. */
export interface SigningKey {
  /** Base64 of the SHA-256 of the public key's DER: the name by which bundles refer to it. */
  readonly keyId: string;
  readonly publicKeyPem: string;
  /** ECDSA on P-256 over the SHA-256 of the message, as DER. Throws KMS_* where a service does not sign. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}
