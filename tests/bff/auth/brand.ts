import {
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto'
import { ALGORITHMS, type Algorithm } from '../../../bff/auth/algorithms.ts'
import { RemoteKeys } from '../../../bff/auth/key-source.ts'
import { describeFault, refusedFor } from '../../../bff/auth/token-fault.ts'
import { type TenantKeys, type VerifyDeps, verify } from '../../../bff/auth/verify.ts'
import { tenantId } from '../../tenant-id.ts'
import { nothingRevoked } from './nothing-revoked.ts'

export const NOW = Date.UTC(2026, 10, 23, 12)
export const SECONDS = NOW / 1000
export const ISSUER = 'https://brand.example'
export const AUDIENCE = 'https://panel.example'
export const ORIGIN = 'https://admin.brand.example'

const clock = { now: () => NOW }

/** A registered key: its private half stays with the test, as it would with the brand. */
export interface BrandKey {
  readonly kid: string
  readonly algorithm: Algorithm
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly jwk: JsonWebKey & { kid: string; alg?: string }
}

function pairFor(algorithm: Algorithm) {
  switch (algorithm) {
    case 'EdDSA':
      return generateKeyPairSync('ed25519')
    case 'ES256':
      return generateKeyPairSync('ec', { namedCurve: 'P-256' })
    case 'ES384':
      return generateKeyPairSync('ec', { namedCurve: 'P-384' })
    case 'ES512':
      return generateKeyPairSync('ec', { namedCurve: 'P-521' })
    default:
      return generateKeyPairSync('rsa', { modulusLength: 2048 })
  }
}

export function makeKey(algorithm: Algorithm, kid: string): BrandKey {
  const { privateKey, publicKey } = pairFor(algorithm)
  return {
    kid,
    algorithm,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), kid },
  }
}

const hashOf = (algorithm: string) => `sha${algorithm.slice(-3)}`

/** A JWS signature made by Node's own crypto, not by the library under test. */
export function signature(algorithm: string, key: KeyObject, text: string): Buffer {
  const bytes = Buffer.from(text)
  if (algorithm === 'EdDSA') return signBytes(null, bytes, key)
  if (algorithm.startsWith('ES'))
    return signBytes(hashOf(algorithm), bytes, { key, dsaEncoding: 'ieee-p1363' })
  if (algorithm.startsWith('PS'))
    return signBytes(hashOf(algorithm), bytes, {
      key,
      padding: 6,
      saltLength: Number(algorithm.slice(-3)) / 8,
    })
  return signBytes(hashOf(algorithm), bytes, key)
}

export const b64 = (part: string | Uint8Array) => Buffer.from(part).toString('base64url')
export const json = (value: unknown) => b64(JSON.stringify(value))

export const goodClaims = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'ann',
  jti: 'one',
  client_id: 'admin',
  iat: SECONDS,
  exp: SECONDS + 300,
  scope: 'services:read actions:suspend actions:login',
  role: 'staff',
} as const

/** A brand that is registered with a key of every algorithm, and may use each. */
export interface Brand {
  readonly keys: ReadonlyMap<Algorithm, BrandKey>
  readonly tenant: TenantKeys
  readonly deps: VerifyDeps
  key(algorithm: Algorithm): BrandKey
  header(algorithm: Algorithm): Record<string, unknown>
  /** Signs any two texts as they are, well-formed or not. */
  signRaw(header: string, payload: string, algorithm?: Algorithm): string
  /** A token as it should be, but for what is changed; `undefined` leaves a member out. */
  token(claims?: Record<string, unknown>, header?: Record<string, unknown>): string
  /** What becomes of a token: `granted`, or what the caller is told. */
  answer(token: string): Promise<string>
  /** Why it is refused, as the log says it. */
  reason(token: string): Promise<string>
}

export function openBrand(over: Partial<VerifyDeps> = {}): Brand {
  const keys = new Map(
    ALGORITHMS.map((algorithm) => [algorithm, makeKey(algorithm, `key-${algorithm}`)] as const),
  )
  const tenant: TenantKeys = {
    tenant: tenantId('ten_1'),
    issuer: ISSUER,
    algorithms: ALGORITHMS,
    keys: { jwks: { keys: [...keys.values()].map(({ jwk }) => jwk) } },
    origins: [ORIGIN],
    client_actions: undefined,
  }
  const deps: VerifyDeps = {
    clock,
    audience: AUDIENCE,
    remoteKeys: new RemoteKeys({
      clock,
      fetch: () => Promise.reject(new Error('nothing to fetch')),
    }),
    revocations: nothingRevoked,
    tenantOf: async (issuer) => (issuer === ISSUER ? tenant : undefined),
    ...over,
  }
  const ask = (token: string) =>
    verify(deps, { authorization: `Bearer ${token}`, in_query: false, origin: undefined })
  const brand: Brand = {
    keys,
    tenant,
    deps,
    key(algorithm) {
      const key = keys.get(algorithm)
      if (key === undefined) throw new Error(`no key for ${algorithm}`)
      return key
    },
    header: (algorithm) => ({ alg: algorithm, typ: 'at+jwt', kid: brand.key(algorithm).kid }),
    signRaw(header, payload, algorithm = 'ES256') {
      const text = `${b64(header)}.${b64(payload)}`
      return `${text}.${b64(signature(algorithm, brand.key(algorithm).privateKey, text))}`
    },
    token: (claims = {}, header = {}) =>
      brand.signRaw(
        JSON.stringify({ ...brand.header('ES256'), ...header }),
        JSON.stringify({ ...goodClaims, ...claims }),
      ),
    async answer(token) {
      const told = await ask(token)
      return told.ok ? 'granted' : refusedFor(told.fault)
    },
    async reason(token) {
      const told = await ask(token)
      return told.ok ? 'granted' : describeFault(told.fault)
    },
  }
  return brand
}

/** The private key behind a JWK that holds one. */
export const privateOf = (jwk: JsonWebKey): KeyObject =>
  createPrivateKey({ key: jwk, format: 'jwk' })
