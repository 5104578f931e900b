package io.reseed.mysql.trust;

/** What a server must show before it is given a password. */
public enum TlsMode {
  /** A certificate of a known authority, made out for the address that was asked for. */
  VERIFY_IDENTITY,
  /** A certificate of a known authority, for whatever name: any holder of one may pose as any. */
  VERIFY_CA,
  /**
   * Nothing: TLS where the server offers it, without a look at its certificate. For networks in
   * which nobody can pose as a server or listen.
   */
  TRUSTED_NETWORK
}
